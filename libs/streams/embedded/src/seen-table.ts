import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { integer, type Row, text } from './row.ts';

/** One partition number of one group. */
export interface SeenPlace {
  readonly group: number;
  readonly number: number;
}

export interface SeenPage {
  /** How many ids were remembered up to and with this page. */
  readonly total: number;
  readonly ids: readonly string[];
}

/** One row for each step that remembered ids. Methods that write are called inside jobs. */
export class SeenTable {
  readonly #load: StatementSync;
  readonly #page: StatementSync;
  readonly #insert: StatementSync;
  readonly #forget: StatementSync;

  constructor(database: DatabaseSync) {
    this.#load = database.prepare('SELECT total, ids FROM seen WHERE grp = ? AND number = ? ORDER BY total');
    this.#page = database.prepare('SELECT total, ids FROM seen WHERE grp = ? AND number = ? AND total = ?');
    this.#insert = database.prepare('INSERT INTO seen (grp, number, total, ids) VALUES (?, ?, ?, ?)');
    this.#forget = database.prepare('DELETE FROM seen WHERE grp = ? AND number = ? AND total <= ?');
  }

  *load({ group, number }: SeenPlace): Generator<SeenPage> {
    for (const row of this.#load.iterate(group, number)) yield pageOf(row);
  }

  /** Undefined when it is forgotten. */
  page({ group, number }: SeenPlace, total: number): SeenPage | undefined {
    const row = this.#page.get(group, number, total);
    return row && pageOf(row);
  }

  insert({ group, number }: SeenPlace, page: SeenPage): void {
    this.#insert.run(group, number, page.total, JSON.stringify(page.ids));
  }

  forget({ group, number }: SeenPlace, through: number): void {
    this.#forget.run(group, number, through);
  }
}

function pageOf(row: Row): SeenPage {
  const ids: string[] = JSON.parse(text(row, 'ids'));
  return { total: integer(row, 'total'), ids };
}
