import type { StatementSync } from 'node:sqlite';
import { StreamsError, type TrimOptions } from '@millrace/streams';
import type { Partition } from '../log/catalog.ts';
import type { LogEngine } from '../log/log-engine.ts';
import { offsetOf } from '../log/offsets.ts';
import { integer } from '../log/row.ts';

const rowsPerTransaction = 64;

/** Forgets old records: moves a partition's first offset and deletes the batches before it, a few rows at a time. */
export class Trimmer {
  readonly #engine: LogEngine;
  readonly #uncommitted: StatementSync;
  readonly #advance: StatementSync;
  readonly #delete: StatementSync;

  constructor(engine: LogEngine) {
    this.#engine = engine;
    this.#uncommitted = engine.database.prepare(
      `SELECT min(oldest) AS oldest FROM (
         SELECT next AS oldest FROM positions WHERE partition = ?1
         UNION ALL SELECT sequence FROM claims WHERE partition = ?1)`,
    );
    this.#advance = engine.database.prepare('UPDATE partitions SET first = ? WHERE id = ? AND first < ?');
    this.#delete = engine.database.prepare(
      `DELETE FROM batches WHERE id IN (
         SELECT id FROM batches WHERE id >= ?1 AND id < ?2 AND id + records <= ?2 ORDER BY id LIMIT ${rowsPerTransaction})`,
    );
  }

  /** Returns how many records were forgotten. */
  async trim(topic: string, options: TrimOptions): Promise<number> {
    checkOptions(options);
    let removed = 0;
    for (const partition of this.#engine.catalog.partitions(topic)) {
      const target = this.#target(partition, options);
      if (target > 0)
        removed += await this.trimPartition(partition, target, options.evenIfUnacknowledged ?? false);
    }
    return removed;
  }

  /** Forgets records before `target`, and not what some group has not acknowledged unless asked for. */
  async trimPartition(partition: Partition, target: number, evenIfUnacknowledged: boolean): Promise<number> {
    const removed = await this.#engine.write((transaction) => {
      const bounds = this.#engine.offsets.bounds(partition);
      if (bounds === undefined) return 0;
      const first = Math.min(
        target,
        bounds.next,
        evenIfUnacknowledged ? target : this.#oldestUncommitted(partition),
      );
      if (first <= bounds.first) return 0;
      this.#advance.run(first, partition.id, first);
      transaction.announce();
      return first - bounds.first;
    });
    if (removed > 0) await this.deleteBatches(partition);
    return removed;
  }

  /** Deletes what lies before the partition's first offset. */
  async deleteBatches(partition: Partition): Promise<void> {
    for (let deleted = rowsPerTransaction; deleted === rowsPerTransaction; ) {
      deleted = await this.#engine.write(() => {
        const bounds = this.#engine.offsets.bounds(partition);
        if (bounds === undefined) return 0;
        return Number(this.#delete.run(partition.low, partition.low + BigInt(bounds.first)).changes);
      });
    }
  }

  #target(partition: Partition, options: TrimOptions): number {
    const targets: number[] = [];
    if (options.keep !== undefined)
      targets.push((this.#engine.offsets.bounds(partition)?.next ?? 0) - options.keep);
    if (options.before instanceof Date)
      targets.push(this.#engine.offsets.at(partition, options.before.getTime()));
    else if (options.before?.topic === partition.topic && options.before.partition === partition.number) {
      targets.push(offsetOf(options.before, partition));
    }
    return Math.max(0, ...targets);
  }

  #oldestUncommitted(partition: Partition): number {
    const row = this.#uncommitted.get(partition.id);
    return row === undefined || row['oldest'] === null ? Number.POSITIVE_INFINITY : integer(row, 'oldest');
  }
}

function checkOptions(options: TrimOptions): void {
  if (options.before === undefined && options.keep === undefined) {
    throw new StreamsError(
      'INVALID_ARGUMENT',
      'Say what to trim: records `before` a time or position, or all but `keep`',
    );
  }
}
