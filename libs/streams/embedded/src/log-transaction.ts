import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { StreamsError } from '@millrace/streams';
import { type Partition, unknownTopic } from './catalog.ts';
import { type Chunk, joinChunks, maxBatchBytes, maxBatchRecords } from './chunk.ts';
import { integer } from './row.ts';
import { offsetSpace } from './schema.ts';

/** The end of a partition as it will stand after the transaction. */
interface Tail {
  readonly partition: Partition;
  next: number;
  time: number;
  chunks: Chunk[];
}

/**
 * What the jobs of one write transaction append. Chunks of all jobs for one partition are joined into as few batch
 * rows as their sizes allow and written when the transaction is sealed.
 */
export class LogTransaction {
  readonly #statements: AppendStatements;
  readonly #tails: Map<number, Tail> = new Map();
  #news = false;

  constructor(statements: AppendStatements) {
    this.#statements = statements;
  }

  /** Whether other processes should look: records were appended or a group's assignment changed. */
  get news(): boolean {
    return this.#news;
  }

  announce(): void {
    this.#news = true;
  }

  /** UNKNOWN_TOPIC when the partition was deleted. Call it for all targets before the job's first write. */
  check(partition: Partition): void {
    this.#tail(partition);
  }

  /** The offset that the chunk's first record gets. */
  append(chunk: Chunk): number {
    const tail = this.#tail(chunk.partition);
    const base = tail.next;
    tail.next += chunk.records;
    tail.chunks.push(chunk);
    return base;
  }

  seal(): void {
    const stored = Date.now();
    for (const tail of this.#tails.values()) {
      if (tail.chunks.length === 0) continue;
      this.#news = true;
      let base = tail.next - tail.chunks.reduce((sum, chunk) => sum + chunk.records, 0);
      for (const chunk of pack(tail.chunks)) {
        tail.time = Math.max(tail.time, chunk.time);
        this.#statements.insert(tail.partition, base, tail.time, stored, chunk);
        base += chunk.records;
      }
      this.#statements.advance(tail.partition, tail.next, tail.time);
    }
  }

  #tail(partition: Partition): Tail {
    const known = this.#tails.get(partition.id);
    if (known !== undefined) return known;
    const tail: Tail = { partition, ...this.#statements.end(partition), chunks: [] };
    this.#tails.set(partition.id, tail);
    return tail;
  }
}

function* pack(chunks: readonly Chunk[]): Iterable<Chunk> {
  let together: Chunk[] = [];
  let size = 0;
  let records = 0;
  for (const chunk of chunks) {
    if (
      together.length > 0 &&
      (size + chunk.body.length > maxBatchBytes || records + chunk.records > maxBatchRecords)
    ) {
      yield joined(together);
      together = [];
      size = 0;
      records = 0;
    }
    together.push(chunk);
    size += chunk.body.length;
    records += chunk.records;
  }
  yield joined(together);
}

function joined(chunks: readonly Chunk[]): Chunk {
  const chunk = joinChunks(chunks);
  if (chunk === undefined) throw new StreamsError('INTERNAL', 'A batch of the embedded log has no records');
  return chunk;
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

  insert(partition: Partition, base: number, time: number, stored: number, chunk: Chunk): void {
    if (BigInt(base + chunk.records) > offsetSpace) {
      throw new StreamsError(
        'TOO_LARGE',
        `Partition ${partition.number} of ${partition.topic} has used all its offsets`,
      );
    }
    this.#insert.run(partition.low + BigInt(base), chunk.records, time, stored, chunk.crc, chunk.body);
  }

  advance(partition: Partition, next: number, time: number): void {
    this.#advance.run(next, time, partition.id);
  }
}
