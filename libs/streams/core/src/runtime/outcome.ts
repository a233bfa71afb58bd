import type { StateWrite } from '../lease.ts';
import type { StoredRecord } from '../record.ts';
import type { ProducerRecord } from '../router.ts';
import { sizeOf } from '../size-of.ts';
import { LatestWrites } from './latest-writes.ts';

/** What handling left behind: records that are done and what is to be stored with their acknowledgement. */
export interface HandlerResult {
  readonly settled: readonly StoredRecord[];
  readonly outputs: readonly ProducerRecord[];
  readonly writes: readonly StateWrite[];
  readonly seen: readonly string[];
  /** About how many bytes outputs and writes take. */
  readonly bytes: number;
}

const none: readonly never[] = [];

/** Records that are done without anything to store. */
export function settledOnly(settled: readonly StoredRecord[]): HandlerResult {
  return { settled, outputs: none, writes: none, seen: none, bytes: 0 };
}

/** Outcomes joined in order until a commit takes them; of several writes to one key the last one counts. */
export class PendingCommit {
  readonly settled: StoredRecord[] = [];
  readonly outputs: ProducerRecord[] = [];
  readonly seen: string[] = [];
  /** About how many bytes it holds: records, outputs and writes. */
  bytes = 0;
  readonly #writes = new LatestWrites();

  add(outcome: HandlerResult): void {
    this.bytes += outcome.bytes;
    for (const record of outcome.settled) {
      this.settled.push(record);
      this.bytes += sizeOf(record);
    }
    for (const output of outcome.outputs) this.outputs.push(output);
    for (const id of outcome.seen) this.seen.push(id);
    for (const write of outcome.writes) this.#writes.set(write);
  }

  get writes(): readonly StateWrite[] {
    return this.#writes.all;
  }

  get empty(): boolean {
    return this.settled.length === 0;
  }
}
