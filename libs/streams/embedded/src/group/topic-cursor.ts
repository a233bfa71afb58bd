import { type Delivery, formatPosition, type Notice, type Position, StreamsError } from '@millrace/streams';
import type { MutableDelivery } from '../log/batch-record.ts';
import type { Partition } from '../log/catalog.ts';
import type { PartitionReader } from '../log/partition-reader.ts';
import type { GroupPosition } from './group-table.ts';

/** How far a lease has come in one topic: what is acknowledged, what is delivered, what comes next. */
export class TopicCursor {
  readonly partition: Partition;
  /** Attempts begun before this delivery, where there were any. */
  readonly attempts: Map<number, number>;
  readonly #reader: PartitionReader<MutableDelivery>;
  readonly #individualBefore: number;
  readonly #start: number;
  #committed: number;
  #next: number;
  /** Offsets delivered and not acknowledged, in order. */
  #unacknowledged: number[] = [];
  #losses: Loss[] = [];

  constructor(
    partition: Partition,
    reader: PartitionReader<MutableDelivery>,
    position: GroupPosition,
    attempts: Map<number, number>,
  ) {
    this.partition = partition;
    this.attempts = attempts;
    this.#reader = reader;
    this.#individualBefore = position.individualBefore;
    this.#start = position.start;
    this.#committed = position.next;
    this.#next = position.next;
  }

  /** The first offset that is not acknowledged. */
  get committed(): number {
    return this.#committed;
  }

  /** The offset after the last record delivered. */
  get delivered(): number {
    return this.#next;
  }

  get unacknowledged(): number {
    return this.#unacknowledged.length;
  }

  /** The next record may have killed an earlier owner: it must be in flight alone. */
  get redeliverIndividually(): boolean {
    return this.#next < this.#individualBefore;
  }

  take(max: number): Delivery[] {
    const deliveries = this.#reader.take(max);
    for (const delivery of deliveries) {
      const offset = Number(delivery.offset);
      if (offset !== this.#next) this.#lose(offset);
      this.#unacknowledged.push(offset);
      this.#next = this.#after(offset);
      const earlier = this.#earlierAttempts(offset);
      if (earlier > 0) delivery.attempt = earlier + 1;
    }
    return deliveries;
  }

  /** Nothing was there to take, and the partition begins later than expected: the records between are gone. */
  skipTo(first: number): void {
    this.#lose(first);
    this.#reader.seek(first);
    if (this.#unacknowledged.length === 0) this.#committed = first;
  }

  takeLosses(): Loss[] {
    return this.#losses.splice(0);
  }

  /** Goes on at this offset; without one where the group began. */
  seek(next: number = this.#start): void {
    this.#reader.seek(next);
    this.#committed = next;
    this.#next = next;
    this.#unacknowledged = [];
  }

  /** The offset after these records; INVALID_ARGUMENT unless they are the next ones delivered, in order. */
  offsetAfter(records: readonly Position[]): number {
    let after = this.#committed;
    let at = 0;
    for (const record of records) {
      const offset = Number(record.offset);
      const expected = this.#unacknowledged[at++];
      if (offset !== expected) throw outOfOrder(record, expected);
      after = this.#after(offset);
    }
    return after;
  }

  commit(count: number, after: number): void {
    for (const offset of this.#unacknowledged.splice(0, count)) {
      this.attempts.delete(offset);
      this.#reader.spans.delete(offset);
    }
    this.#committed = after;
  }

  #earlierAttempts(offset: number): number {
    return this.attempts.get(offset) ?? (offset < this.#individualBefore ? 1 : 0);
  }

  #after(offset: number): number {
    return this.#reader.spans.get(offset) ?? offset + 1;
  }

  #lose(next: number): void {
    this.#losses.push({ partition: this.partition, from: this.#next, through: next - 1 });
    this.#next = next;
  }
}

function outOfOrder(record: Position, expected: number | undefined): StreamsError {
  const next =
    expected === undefined
      ? 'nothing is delivered and not acknowledged'
      : `the next one to acknowledge is ${expected}`;
  return new StreamsError(
    'INVALID_ARGUMENT',
    `${formatPosition(record)} cannot be acknowledged: records of a partition are acknowledged in order, each once, and ${next}`,
  );
}

/** Records that are gone before their group acknowledged them: offsets `from` up to `through`. */
export interface Loss {
  readonly partition: Partition;
  readonly from: number;
  readonly through: number;
}

export function lossNotice(group: string, { partition, from, through }: Loss): Notice {
  const { topic, number } = partition;
  const count = through - from + 1;
  return {
    kind: 'records-lost',
    message: `Group ${group} lost ${count} records of ${topic}:${number} (offsets ${from} to ${through}): they were trimmed before the group acknowledged them`,
    details: { group, topic, partition: number, from: String(from), through: String(through), count },
  };
}
