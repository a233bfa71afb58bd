import type { StreamsError } from '../errors.ts';
import type { StateWrite } from '../lease.ts';
import type { ProducerRecord } from '../producer-record.ts';
import type { Delivery } from '../record.ts';
import { sizeOf } from '../record-access.ts';
import { LatestWrites } from './latest-writes.ts';

/** What handling left behind: records that are done and what is to be stored with their acknowledgement. */
export interface HandlerResult {
  readonly acknowledged: readonly Delivery[];
  readonly outputs: readonly ProducerRecord[];
  readonly writes: readonly StateWrite[];
  readonly dedupeIds: readonly string[];
  /** About how many bytes outputs and writes take. */
  readonly bytes: number;
  /** Of a dead letter alone: the same with less in it, after this refusal; undefined when nothing is left to cut. */
  readonly cutDown?: (refusal: StreamsError) => HandlerResult | undefined;
}

const none: readonly never[] = [];

/** Records that are done without anything to store. */
export function acknowledgedOnly(acknowledged: readonly Delivery[]): HandlerResult {
  return { acknowledged, outputs: none, writes: none, dedupeIds: none, bytes: 0 };
}

/** Results joined in order until a commit takes them; of several writes to one key the last one counts. */
export class PendingCommit {
  /** What it is made of, in case it is refused and has to be stored in parts. */
  readonly results: HandlerResult[] = [];
  readonly acknowledged: Delivery[] = [];
  readonly outputs: ProducerRecord[] = [];
  readonly dedupeIds: string[] = [];
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
    for (const record of result.acknowledged) {
      this.acknowledged.push(record);
      this.bytes += sizeOf(record);
    }
    for (const output of result.outputs) this.outputs.push(output);
    for (const id of result.dedupeIds) this.dedupeIds.push(id);
    for (const write of result.writes) this.#writes.set(write);
  }

  get writes(): readonly StateWrite[] {
    return this.#writes.all;
  }

  get empty(): boolean {
    return this.acknowledged.length === 0;
  }
}
