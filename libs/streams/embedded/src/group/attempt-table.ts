import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Partition } from '../log/catalog.ts';
import { integer } from '../log/row.ts';

/** Attempts begun, of the few records that failed or may have killed their process. Methods that write are called inside jobs. */
export class AttemptTable {
  readonly #load: StatementSync;
  readonly #set: StatementSync;
  readonly #forget: StatementSync;

  constructor(database: DatabaseSync) {
    this.#load = database.prepare('SELECT sequence, attempts FROM attempts WHERE grp = ? AND partition = ?');
    this.#set = database.prepare(
      `INSERT INTO attempts (grp, partition, sequence, attempts) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET attempts = excluded.attempts`,
    );
    this.#forget = database.prepare('DELETE FROM attempts WHERE grp = ? AND partition = ? AND sequence < ?');
  }

  /** By offset. */
  load(group: number, partition: Partition): Map<number, number> {
    const rows = this.#load.all(group, partition.id);
    return new Map(rows.map((row) => [integer(row, 'sequence'), integer(row, 'attempts')]));
  }

  set(group: number, partition: Partition, offset: number, attempts: number): void {
    this.#set.run(group, partition.id, offset, attempts);
  }

  /** Forgets the attempts of records before the offset. */
  forget(group: number, partition: Partition, before: number): void {
    this.#forget.run(group, partition.id, before);
  }
}
