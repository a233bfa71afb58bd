import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { StreamsError } from '@millrace/streams';
import { type Partition, unknownTopic } from './catalog.ts';
import { type EncodedBatch, joinBatches, maxBatchBytes, maxBatchRecords } from './encoded-batch.ts';
import { integer } from './row.ts';
import { offsetSpace } from './schema.ts';

/** The end of a partition as it will stand after the transaction. */
interface Tail {
  readonly partition: Partition;
  next: number;
  time: number;
  batches: EncodedBatch[];
}

/**
 * What the jobs of one write transaction append. Chunks of all jobs for one partition are joined into as few batch
 * rows as their sizes allow and written when the transaction is sealed.
 */
export class LogTransaction {
  readonly #statements: AppendStatements;
  readonly #tails: Map<number, Tail> = new Map();
  #announced = false;

  constructor(statements: AppendStatements) {
    this.#statements = statements;
  }

  /** Whether other processes should look: records were appended or a group's assignment changed. */
  get announced(): boolean {
    return this.#announced;
  }

  announce(): void {
    this.#announced = true;
  }

  /** UNKNOWN_TOPIC when the partition was deleted. Call it for all targets before the job's first write. */
  check(partition: Partition): void {
    this.#tail(partition);
  }

  /** The offset that the chunk's first record gets. */
  append(batch: EncodedBatch): number {
    const tail = this.#tail(batch.partition);
    const base = tail.next;
    tail.next += batch.records;
    tail.batches.push(batch);
    return base;
  }

  seal(): void {
    const stored = Date.now();
    for (const tail of this.#tails.values()) {
      if (tail.batches.length === 0) continue;
      this.#announced = true;
      let base = tail.next - tail.batches.reduce((sum, batch) => sum + batch.records, 0);
      for (const batch of pack(tail.batches)) {
        tail.time = Math.max(tail.time, batch.time);
        this.#statements.insert(tail.partition, base, tail.time, stored, batch);
        base += batch.records;
      }
      this.#statements.advance(tail.partition, tail.next, tail.time);
    }
  }

  #tail(partition: Partition): Tail {
    const known = this.#tails.get(partition.id);
    if (known !== undefined) return known;
    const tail: Tail = { partition, ...this.#statements.end(partition), batches: [] };
    this.#tails.set(partition.id, tail);
    return tail;
  }
}

function* pack(batches: readonly EncodedBatch[]): Iterable<EncodedBatch> {
  let together: EncodedBatch[] = [];
  let size = 0;
  let records = 0;
  for (const batch of batches) {
    if (
      together.length > 0 &&
      (size + batch.body.length > maxBatchBytes || records + batch.records > maxBatchRecords)
    ) {
      yield joined(together);
      together = [];
      size = 0;
      records = 0;
    }
    together.push(batch);
    size += batch.body.length;
    records += batch.records;
  }
  yield joined(together);
}

function joined(batches: readonly EncodedBatch[]): EncodedBatch {
  const batch = joinBatches(batches);
  if (batch === undefined) throw new StreamsError('INTERNAL', 'A batch of the embedded log has no records');
  return batch;
}

export class AppendStatements {
  readonly #select: StatementSync;
  readonly #last: StatementSync;
  readonly #insert: StatementSync;
  readonly #advance: StatementSync;

  constructor(database: DatabaseSync) {
    this.#select = database.prepare('SELECT next, time FROM partitions WHERE id = ?');
    this.#last = database.prepare(
      'SELECT id - ? AS base, records FROM batches WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1',
    );
    this.#insert = database.prepare(
      'INSERT INTO batches (id, records, time, stored, crc, body) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#advance = database.prepare('UPDATE partitions SET next = ?, time = ? WHERE id = ?');
  }

  /** Rows that a person inserted by hand may lie beyond what the partition's row says: appending goes on after them. */
  end(partition: Partition): { next: number; time: number } {
    const row = this.#select.get(partition.id);
    if (row === undefined) throw unknownTopic(partition.topic);
    const last = this.#last.get(partition.low, partition.low, partition.low + offsetSpace);
    const end = last === undefined ? 0 : integer(last, 'base') + integer(last, 'records');
    return { next: Math.max(integer(row, 'next'), end), time: integer(row, 'time') };
  }

  insert(partition: Partition, base: number, time: number, stored: number, batch: EncodedBatch): void {
    if (BigInt(base + batch.records) > offsetSpace) {
      throw new StreamsError(
        'TOO_LARGE',
        `Partition ${partition.number} of ${partition.topic} has used all its offsets`,
      );
    }
    this.#insert.run(partition.low + BigInt(base), batch.records, time, stored, batch.crc, batch.body);
  }

  advance(partition: Partition, next: number, time: number): void {
    this.#advance.run(next, time, partition.id);
  }
}
