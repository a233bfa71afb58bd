import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Partition } from './catalog.ts';
import { integer, type Row } from './row.ts';
import { offsetSpace } from './schema.ts';

/** Batch rows as they lie in the table; `base` is the offset of a row's first record, `first` the oldest offset that was not trimmed. */
export class BatchRows {
  readonly #at: StatementSync;
  readonly #from: StatementSync;

  constructor(database: DatabaseSync) {
    const first = '(SELECT first FROM partitions WHERE partitions.id = ?) AS first';
    const columns = `id - ? AS base, records, crc, stored, body, ${first}`;
    this.#at = database.prepare(
      `SELECT ${columns} FROM batches WHERE id >= ? AND id <= ? ORDER BY id DESC LIMIT 1`,
    );
    this.#from = database.prepare(
      `SELECT ${columns} FROM batches WHERE id >= ? AND id < ? ORDER BY id LIMIT 1`,
    );
  }

  /** The row that holds the offset. */
  inFlight(partition: Partition, offset: number): Row | undefined {
    const row = this.#at.get(partition.low, partition.id, partition.low, partition.low + BigInt(offset));
    return row !== undefined && integer(row, 'base') + integer(row, 'records') > offset ? row : undefined;
  }

  /** The first row that begins at the offset or after it. */
  following(partition: Partition, offset: number): Row | undefined {
    return this.#from.get(
      partition.low,
      partition.id,
      partition.low + BigInt(offset),
      partition.low + offsetSpace,
    );
  }
}
