import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { integer, type Row, text } from '../log/row.ts';

/** One partition number of one group. */
export interface LeaseId {
  readonly group: number;
  readonly number: number;
}

export interface DedupeEntry {
  /** How many ids were remembered up to and with this entry. */
  readonly total: number;
  readonly ids: readonly string[];
}

/** One row for each commit that remembered ids. Methods that write are called inside jobs. */
export class DedupeTable {
  readonly #load: StatementSync;
  readonly #entry: StatementSync;
  readonly #insert: StatementSync;
  readonly #forget: StatementSync;

  constructor(database: DatabaseSync) {
    this.#load = database.prepare('SELECT total, ids FROM seen WHERE grp = ? AND number = ? ORDER BY total');
    this.#entry = database.prepare('SELECT total, ids FROM seen WHERE grp = ? AND number = ? AND total = ?');
    this.#insert = database.prepare('INSERT INTO seen (grp, number, total, ids) VALUES (?, ?, ?, ?)');
    this.#forget = database.prepare('DELETE FROM seen WHERE grp = ? AND number = ? AND total <= ?');
  }

  *load({ group, number }: LeaseId): Generator<DedupeEntry> {
    for (const row of this.#load.iterate(group, number)) yield entryOf(row);
  }

  /** Undefined when it is forgotten. */
  entry({ group, number }: LeaseId, total: number): DedupeEntry | undefined {
    const row = this.#entry.get(group, number, total);
    return row && entryOf(row);
  }

  insert({ group, number }: LeaseId, entry: DedupeEntry): void {
    this.#insert.run(group, number, entry.total, JSON.stringify(entry.ids));
  }

  forget({ group, number }: LeaseId, through: number): void {
    this.#forget.run(group, number, through);
  }
}

function entryOf(row: Row): DedupeEntry {
  const ids: string[] = JSON.parse(text(row, 'ids'));
  return { total: integer(row, 'total'), ids };
}
