import type { Delivery, Notice, Position } from '@millrace/streams';
import { DeliveredOffsets } from '@millrace/streams/driver';
import type { MutableDelivery } from '../log/batch-record.ts';
import { type Partition, unknownTopic } from '../log/catalog.ts';
import type { Bounds } from '../log/offsets.ts';
import type { PartitionReader } from '../log/partition-reader.ts';
import type { GroupPosition } from './group-table.ts';

export interface TopicCursorSource {
  readonly partition: Partition;
  readonly reader: PartitionReader<MutableDelivery>;
  /** What the partition holds now; undefined when it was deleted. */
  readonly bounds: () => Bounds | undefined;
}

/** How far a lease has come in one topic: what is committed, what is delivered, what comes next. */
export class TopicCursor {
  readonly partition: Partition;
  /** Attempts begun before this delivery, where there were any. */
  readonly attempts: Map<number, number>;
  readonly #reader: PartitionReader<MutableDelivery>;
  readonly #bounds: () => Bounds | undefined;
  readonly #individualBefore: number;
  readonly #start: number;
  readonly #delivered = new DeliveredOffsets();
  #committed: number;
  #next: number;
  #losses: Loss[] = [];

  constructor(
    { partition, reader, bounds }: TopicCursorSource,
    position: GroupPosition,
    attempts: Map<number, number>,
  ) {
    this.partition = partition;
    this.attempts = attempts;
    this.#reader = reader;
    this.#bounds = bounds;
    this.#individualBefore = position.individualBefore;
    this.#start = position.start;
    this.#committed = position.next;
    this.#next = position.next;
  }

  /** The first offset that is not committed. */
  get committed(): number {
    return this.#committed;
  }

  /** The offset after the last record delivered. */
  get delivered(): number {
    return this.#next;
  }

  get unacknowledged(): number {
    return this.#delivered.size;
  }

  /** The oldest record delivered and not acknowledged. */
  get oldestInFlight(): number | undefined {
    return this.#delivered.at(0);
  }

  /** The next record may have crashed an earlier owner: it must be in flight alone. */
  get redeliverIndividually(): boolean {
    return this.#next < this.#individualBefore;
  }

  /** UNKNOWN_TOPIC when the partition was deleted. */
  take(max: number): Delivery[] {
    const taken = this.#take(max);
    if (taken.length > 0) return taken;
    const bounds = this.#bounds();
    if (bounds === undefined) throw unknownTopic(this.partition.topic);
    if (bounds.first <= this.#next) return taken;
    this.skipTo(bounds.first);
    return this.#take(max);
  }

  /** The record taken last was not delivered after all: it comes next again. */
  takeBack({ offset }: Delivery): void {
    this.#delivered.takeBack();
    this.#next = Number(offset);
    this.#reader.seek(this.#next);
  }

  /** Nothing was there to take, and the partition begins later than expected: the records between are gone. */
  skipTo(first: number): void {
    this.#lose(first);
    this.#reader.seek(first);
    if (this.#delivered.size === 0) this.#committed = first;
  }

  takeLosses(): Loss[] {
    return this.#losses.splice(0);
  }

  /** Goes on at this offset; without one where the group began. */
  seek(next: number = this.#start): void {
    this.#reader.seek(next);
    this.#committed = next;
    this.#next = next;
    this.#delivered.clear();
  }

  /** The offset after these records; INVALID_ARGUMENT unless they are the next ones delivered, in order. */
  offsetAfter(records: readonly Position[]): number {
    this.#delivered.check(records);
    const last = this.#delivered.at(records.length - 1);
    return last === undefined ? this.#committed : this.#after(last);
  }

  commit(count: number, after: number): void {
    for (const offset of this.#delivered.acknowledge(count)) {
      this.attempts.delete(offset);
      this.#reader.spans.delete(offset);
    }
    this.#committed = after;
  }

  /** Attempts begun before the one under way. */
  earlierAttempts(offset: number): number {
    return this.attempts.get(offset) ?? (offset < this.#individualBefore ? 1 : 0);
  }

  #take(max: number): Delivery[] {
    const deliveries = this.#reader.take(max);
    for (const delivery of deliveries) {
      const offset = Number(delivery.offset);
      if (offset !== this.#next) this.#lose(offset);
      this.#delivered.add(offset);
      this.#next = this.#after(offset);
      const earlier = this.earlierAttempts(offset);
      if (earlier > 0) delivery.attempt = earlier + 1;
    }
    return deliveries;
  }

  #after(offset: number): number {
    return this.#reader.spans.get(offset) ?? offset + 1;
  }

  #lose(next: number): void {
    this.#losses.push({ partition: this.partition, from: this.#next, through: next - 1 });
    this.#next = next;
  }
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
