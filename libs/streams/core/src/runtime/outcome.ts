import type { StreamsError } from '../errors.ts';
import type { StateWrite } from '../lease.ts';
import type { Delivery } from '../record.ts';
import type { ProducerRecord } from '../router.ts';
import { sizeOf } from '../size-of.ts';
import { LatestWrites } from './latest-writes.ts';

/** What handling left behind: records that are done and what is to be stored with their acknowledgement. */
export interface HandlerResult {
  readonly settled: readonly Delivery[];
  readonly outputs: readonly ProducerRecord[];
  readonly writes: readonly StateWrite[];
  readonly seen: readonly string[];
  /** About how many bytes outputs and writes take. */
  readonly bytes: number;
  /** Of a dead letter alone: the same with less in it, after this refusal; undefined when nothing is left to cut. */
  readonly cutDown?: (refusal: StreamsError) => HandlerResult | undefined;
}

const none: readonly never[] = [];

/** Records that are done without anything to store. */
export function settledOnly(settled: readonly Delivery[]): HandlerResult {
  return { settled, outputs: none, writes: none, seen: none, bytes: 0 };
}

/** Results joined in order until a commit takes them; of several writes to one key the last one counts. */
export class PendingCommit {
  /** What it is made of, in case it is refused and has to be stored in parts. */
  readonly results: HandlerResult[] = [];
  readonly settled: Delivery[] = [];
  readonly outputs: ProducerRecord[] = [];
  readonly seen: string[] = [];
  /** About how many bytes it holds: records, outputs and writes. */
  bytes = 0;
  readonly #writes = new LatestWrites();

  static of(results: readonly HandlerResult[]): PendingCommit {
    const pending = new PendingCommit();
    for (const result of results) pending.add(result);
    return pending;
  }

  add(result: HandlerResult): void {
    this.results.push(result);
    this.bytes += result.bytes;
    for (const record of result.settled) {
      this.settled.push(record);
      this.bytes += sizeOf(record);
    }
    for (const output of result.outputs) this.outputs.push(output);
    for (const id of result.seen) this.seen.push(id);
    for (const write of result.writes) this.#writes.set(write);
  }

  get writes(): readonly StateWrite[] {
    return this.#writes.all;
  }

  get empty(): boolean {
    return this.settled.length === 0;
  }
}
