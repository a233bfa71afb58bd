import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { formatPosition, type Position, type Start, StreamsError } from '@millrace/streams';
import type { BatchRows } from './batch-rows.ts';
import { type Partition, unknownTopic } from './catalog.ts';
import { maxBatchRecords } from './encoded-batch.ts';
import { PartitionReader } from './partition-reader.ts';
import { integer } from './row.ts';

/** The offsets a partition holds: `first` up to and without `next`. */
export interface Bounds {
  readonly first: number;
  readonly next: number;
}

/** Finds offsets by what people name: a beginning, an end, a time, a position. */
export class OffsetSearch {
  readonly #rows: BatchRows;
  readonly #bounds: StatementSync;
  readonly #byTime: StatementSync;
  readonly #byStored: StatementSync;

  constructor(database: DatabaseSync, rows: BatchRows) {
    this.#rows = rows;
    this.#bounds = database.prepare('SELECT first, next FROM partitions WHERE id = ?');
    const probe = (column: string) =>
      database.prepare(
        `SELECT id - ? AS base, records, ${column} AS time FROM batches WHERE id >= ? AND id < ? ORDER BY id LIMIT 1`,
      );
    this.#byTime = probe('time');
    this.#byStored = probe('stored');
  }

  /** Undefined when the partition was deleted. */
  bounds(partition: Partition): Bounds | undefined {
    const row = this.#bounds.get(partition.id);
    return row === undefined ? undefined : { first: integer(row, 'first'), next: integer(row, 'next') };
  }

  start(partition: Partition, from: Start): number {
    const bounds = this.bounds(partition);
    if (bounds === undefined) throw unknownTopic(partition.topic);
    if (from === 'earliest') return bounds.first;
    if (from === 'latest') return bounds.next;
    if ('at' in from) return this.at(partition, from.at.getTime());
    return Math.max(bounds.first, offsetOf(from.after, partition) + 1);
  }

  /** The offset of the first record with that timestamp or a later one; the end when there is none. */
  at(partition: Partition, time: number): number {
    const bounds = this.bounds(partition);
    if (bounds === undefined) throw unknownTopic(partition.topic);
    const base = this.#firstBatch(this.#byTime, partition, bounds, time);
    if (base === undefined) return bounds.next;
    const batch = PartitionReader.records(this.#rows, partition, base).take(maxBatchRecords);
    const found = batch.find((record) => record.timestamp >= time);
    return Math.max(bounds.first, found === undefined ? base : Number(found.offset));
  }

  /** The base of the first batch stored at that time or later by the wall clock; the end when there is none. */
  storedAt(partition: Partition, time: number): number {
    const bounds = this.bounds(partition);
    if (bounds === undefined) return 0;
    return this.#firstBatch(this.#byStored, partition, bounds, time) ?? bounds.next;
  }

  /** Times never fall along a partition's rows, so halving finds the first row that reaches one. */
  #firstBatch(probe: StatementSync, partition: Partition, bounds: Bounds, time: number): number | undefined {
    let found: number | undefined;
    let low = this.#batchStart(partition, bounds.first);
    let high = bounds.next;
    while (low < high) {
      const middle = low + Math.floor((high - low) / 2);
      const row = probe.get(partition.low, partition.low + BigInt(middle), partition.low + BigInt(high));
      if (row === undefined) high = middle;
      else if (integer(row, 'time') >= time) {
        found = integer(row, 'base');
        high = middle;
      } else low = integer(row, 'base') + integer(row, 'records');
    }
    return found;
  }

  /** Where the batch that holds an offset begins. */
  #batchStart(partition: Partition, offset: number): number {
    const row = this.#rows.inFlight(partition, offset);
    return row === undefined ? offset : integer(row, 'base');
  }
}

/** The position's offset as a number; INVALID_ARGUMENT when it is none or is of another partition. */
export function offsetOf(position: Position, partition: Partition): number {
  if (position.topic !== partition.topic || position.partition !== partition.number) {
    throw new StreamsError(
      'INVALID_ARGUMENT',
      `Position ${formatPosition(position)} is not in partition ${partition.number} of ${partition.topic}`,
    );
  }
  return parseOffset(position);
}

export function parseOffset(position: Position): number {
  const offset = Number(position.offset);
  if (Number.isSafeInteger(offset) && offset >= -1 && position.offset.trim() !== '') return offset;
  throw new StreamsError(
    'INVALID_ARGUMENT',
    `Position ${formatPosition(position)} has no offset of the embedded log: offsets are whole numbers from 0`,
  );
}
