import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { StateWrite } from '@millrace/streams/driver';

/** State and remembered ids of one lease in a database of SQLite that spills to a temporary file and leaves with it. */
export class StateStore {
  readonly #database: DatabaseSync;
  readonly #window: number;
  readonly #statements: Readonly<Record<keyof typeof sql, StatementSync>>;
  #next = 0;

  constructor(window: number) {
    this.#window = window;
    // A file without a name is temporary, and none while all of it fits into the cache.
    this.#database = new DatabaseSync('');
    this.#database.exec(schema);
    const prepare = (text: string): StatementSync => this.#database.prepare(text);
    this.#statements = {
      put: prepare(sql.put),
      drop: prepare(sql.drop),
      get: prepare(sql.get),
      see: prepare(sql.see),
      evict: prepare(sql.evict),
      seen: prepare(sql.seen),
    };
  }

  /** The number that the next remembered id gets. */
  get next(): number {
    return this.#next;
  }

  load(store: string, keys: readonly string[]): (string | undefined)[] {
    return keys.map((key) => text(this.#statements.get.get(store, key), 'value'));
  }

  known(ids: readonly string[]): Set<string> {
    return new Set(ids.filter((id) => this.#statements.seen.get(id) !== undefined));
  }

  /** All of it at once. */
  write(changes: () => void): void {
    this.#database.exec('BEGIN');
    changes();
    this.#database.exec('COMMIT');
  }

  put({ store, key, value }: StateWrite): void {
    if (value === null) this.#statements.drop.run(store, key);
    else this.#statements.put.run(store, key, value);
  }

  see(id: string, number: number): void {
    this.#next = Math.max(this.#next, number + 1);
    this.#statements.see.run(id, number);
    this.#statements.evict.run(this.#next - this.#window);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }
}

const schema = `
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
  PRAGMA locking_mode = EXCLUSIVE;
  CREATE TABLE state (store TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (store, key)) WITHOUT ROWID;
  CREATE TABLE seen (id TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX seen_by_number ON seen (number);
`;

const sql = {
  put: 'INSERT INTO state VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  drop: 'DELETE FROM state WHERE store = ? AND key = ?',
  get: 'SELECT value FROM state WHERE store = ? AND key = ?',
  see: 'INSERT INTO seen VALUES (?, ?) ON CONFLICT DO UPDATE SET number = excluded.number',
  evict: 'DELETE FROM seen WHERE number < ?',
  seen: 'SELECT number FROM seen WHERE id = ?',
};

function text(row: Record<string, unknown> | undefined, column: string): string | undefined {
  const value = row?.[column];
  return typeof value === 'string' ? value : undefined;
}
