import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** The table a careful person would write: a row per record, a position per reader, synced commits, WAL. */
export class SqliteLog implements Disposable {
  readonly database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #select: StatementSync;
  readonly #position: StatementSync;
  readonly #save: StatementSync;
  readonly #version: StatementSync;

  constructor(file: string) {
    this.database = new DatabaseSync(file, { timeout: 5_000 });
    this.database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS log (topic INTEGER, offset INTEGER, key TEXT, value TEXT, PRIMARY KEY (topic, offset)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS positions (reader TEXT PRIMARY KEY, offset INTEGER) WITHOUT ROWID;
    `);
    this.#insert = this.database.prepare('INSERT INTO log VALUES (?, ?, ?, ?)');
    this.#select = this.database.prepare(
      'SELECT offset, value FROM log WHERE topic = ? AND offset > ? ORDER BY offset LIMIT ?',
    );
    this.#position = this.database.prepare('SELECT offset FROM positions WHERE reader = ?');
    this.#save = this.database.prepare('INSERT OR REPLACE INTO positions VALUES (?, ?)');
    this.#version = this.database.prepare('PRAGMA data_version');
  }

  transaction(work: () => void): void {
    this.database.exec('BEGIN IMMEDIATE');
    work();
    this.database.exec('COMMIT');
  }

  append(topic: number, offset: number, record: { readonly key: string; readonly value: string }): void {
    this.#insert.run(topic, offset, record.key, record.value);
  }

  after(topic: number, offset: number, limit: number): { readonly offset: number; readonly value: string }[] {
    return this.#select.all(topic, offset, limit) as { offset: number; value: string }[];
  }

  position(reader: string): number {
    return (this.#position.get(reader)?.offset as number | undefined) ?? 0;
  }

  save(reader: string, offset: number): void {
    this.#save.run(reader, offset);
  }

  /** Changes when another connection commits. */
  version(): number {
    return this.#version.get()?.data_version as number;
  }

  [Symbol.dispose](): void {
    this.database.close();
  }
}
