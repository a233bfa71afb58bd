import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { integer, text } from './row.ts';

interface Page {
  /** How many ids were remembered up to and with this page. */
  readonly total: number;
  readonly ids: readonly string[];
}

/** One row for each step that remembered ids. Methods that write are called inside jobs. */
export class SeenTable {
  readonly #load: StatementSync;
  readonly #insert: StatementSync;
  readonly #forget: StatementSync;

  constructor(database: DatabaseSync) {
    this.#load = database.prepare('SELECT total, ids FROM seen WHERE grp = ? AND number = ? ORDER BY total');
    this.#insert = database.prepare('INSERT INTO seen (grp, number, total, ids) VALUES (?, ?, ?, ?)');
    this.#forget = database.prepare('DELETE FROM seen WHERE grp = ? AND number = ? AND total <= ?');
  }

  load(group: number, number: number): Page[] {
    return this.#load.all(group, number).map((row) => {
      const ids: string[] = JSON.parse(text(row, 'ids'));
      return { total: integer(row, 'total'), ids };
    });
  }

  insert(group: number, number: number, page: Page): void {
    this.#insert.run(group, number, page.total, JSON.stringify(page.ids));
  }

  forget(group: number, number: number, through: number): void {
    this.#forget.run(group, number, through);
  }
}

/**
 * The dedupe ids that one partition number of a group remembers: at least the last `window`, oldest forgotten first.
 * Only the lease's owner changes them, so it reads them once and answers from memory.
 */
export class DedupeMemory {
  readonly #table: SeenTable;
  readonly #group: number;
  readonly #number: number;
  readonly #window: number;
  readonly #pages: Page[] = [];
  readonly #latest: Map<string, number> = new Map();
  #total = 0;

  constructor(table: SeenTable, place: { readonly group: number; readonly number: number }, window: number) {
    this.#table = table;
    this.#group = place.group;
    this.#number = place.number;
    this.#window = window;
    for (const page of table.load(place.group, place.number)) this.#keep(page);
  }

  known(ids: readonly string[]): Set<string> {
    return new Set(ids.filter((id) => this.#latest.has(id)));
  }

  /** Called inside a job; {@link remember} follows once it is committed. */
  write(ids: readonly string[]): void {
    const total = this.#total + ids.length;
    this.#table.insert(this.#group, this.#number, { total, ids });
    this.#table.forget(this.#group, this.#number, total - this.#window);
  }

  remember(ids: readonly string[]): void {
    this.#keep({ total: this.#total + ids.length, ids: ownTexts(ids) });
    let forgotten = 0;
    for (const page of this.#pages) {
      if (page.total > this.#total - this.#window) break;
      for (const id of page.ids) if (this.#latest.get(id) === page.total) this.#latest.delete(id);
      forgotten += 1;
    }
    this.#pages.splice(0, forgotten);
  }

  #keep(page: Page): void {
    this.#pages.push(page);
    this.#total = page.total;
    for (const id of page.ids) this.#latest.set(id, page.total);
  }
}

/** An id that was cut out of a text, as one of a record's headers is, would keep that whole text in memory. */
function ownTexts(ids: readonly string[]): string[] {
  return JSON.parse(JSON.stringify(ids));
}
