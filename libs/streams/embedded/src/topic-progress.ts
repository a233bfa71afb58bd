import { type Delivery, formatPosition, type Position, StreamsError } from '@millrace/streams';
import type { HandedOut } from './batch-record.ts';
import type { Partition } from './catalog.ts';
import type { GroupPosition } from './group-table.ts';
import type { Loss } from './loss.ts';
import type { PartitionReader } from './partition-reader.ts';

/** How far a lease has come in one topic: what is settled, what is handed out, what comes next. */
export class TopicProgress {
  readonly partition: Partition;
  /** Tries begun before this hand-out, where there were any. */
  readonly attempts: Map<number, number>;
  readonly #reader: PartitionReader<HandedOut>;
  readonly #careful: number;
  readonly #start: number;
  #settled: number;
  #expected: number;
  /** Offsets handed out and not settled, in order. */
  #outstanding: number[] = [];
  #losses: Loss[] = [];

  constructor(
    partition: Partition,
    reader: PartitionReader<HandedOut>,
    position: GroupPosition,
    attempts: Map<number, number>,
  ) {
    this.partition = partition;
    this.attempts = attempts;
    this.#reader = reader;
    this.#careful = position.careful;
    this.#start = position.start;
    this.#settled = position.next;
    this.#expected = position.next;
  }

  /** The first offset that is not settled. */
  get settled(): number {
    return this.#settled;
  }

  /** The offset after the last record handed out. */
  get handed(): number {
    return this.#expected;
  }

  get outstanding(): number {
    return this.#outstanding.length;
  }

  /** The next record may have killed an earlier owner: it must be alone in hand. */
  get careful(): boolean {
    return this.#expected < this.#careful;
  }

  take(max: number): Delivery[] {
    const deliveries = this.#reader.take(max);
    for (const delivery of deliveries) {
      const offset = Number(delivery.offset);
      if (offset !== this.#expected) this.#lose(offset);
      this.#outstanding.push(offset);
      this.#expected = this.#after(offset);
      const earlier = this.#earlier(offset);
      if (earlier > 0) delivery.attempt = earlier + 1;
    }
    return deliveries;
  }

  /** Nothing was there to take, and the partition begins later than expected: the records between are gone. */
  skipTo(first: number): void {
    this.#lose(first);
    this.#reader.seek(first);
    if (this.#outstanding.length === 0) this.#settled = first;
  }

  takeLosses(): Loss[] {
    return this.#losses.splice(0);
  }

  /** Goes on at this offset; without one where the group began. */
  seek(next: number = this.#start): void {
    this.#reader.seek(next);
    this.#settled = next;
    this.#expected = next;
    this.#outstanding = [];
  }

  /** The offset after these records; INVALID_ARGUMENT unless they are the next ones handed out, in order. */
  afterSettling(records: readonly Position[]): number {
    let after = this.#settled;
    let at = 0;
    for (const record of records) {
      const offset = Number(record.offset);
      const expected = this.#outstanding[at++];
      if (offset !== expected) throw outOfOrder(record, expected);
      after = this.#after(offset);
    }
    return after;
  }

  settle(count: number, after: number): void {
    for (const offset of this.#outstanding.splice(0, count)) {
      this.attempts.delete(offset);
      this.#reader.spans.delete(offset);
    }
    this.#settled = after;
  }

  #earlier(offset: number): number {
    return this.attempts.get(offset) ?? (offset < this.#careful ? 1 : 0);
  }

  #after(offset: number): number {
    return this.#reader.spans.get(offset) ?? offset + 1;
  }

  #lose(next: number): void {
    this.#losses.push({ partition: this.partition, from: this.#expected, through: next - 1 });
    this.#expected = next;
  }
}

function outOfOrder(record: Position, expected: number | undefined): StreamsError {
  const next =
    expected === undefined ? 'nothing is handed out and unsettled' : `the next one to settle is ${expected}`;
  return new StreamsError(
    'INVALID_ARGUMENT',
    `${formatPosition(record)} cannot be settled: records of a partition are settled in order, each once, and ${next}`,
  );
}
