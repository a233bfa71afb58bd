import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { FileIdentity, StreamsError } from '@millrace/streams';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteDialect,
  type SqliteStatement,
} from 'kysely';

/** More texts than a service has; beyond it the oldest is prepared again. */
const statementsKept = 200;

/** Bytes of the write-ahead log that stay when it begins again. */
const largestIdleLog = 4 * 1024 * 1024;

export interface SqliteOptions {
  readonly file: string;
  /** A short wait only, because it holds up the whole process; what is still locked then is BUSY and tried again. */
  readonly busyMs?: number;
  /** Whether each commit is synced to the disk. Default: false. */
  readonly durable?: boolean;
  /** Told of the file that was opened. */
  readonly onOpen?: (identity: FileIdentity) => void;
}

/** Kysely over the SQLite that Node brings along. Each statement is prepared once. */
export function nodeSqliteDialect(options: SqliteOptions): Dialect {
  return new SqliteDialect({
    database: async () => {
      const database = new NodeSqlite(options.file, options.busyMs ?? 50);
      options.onOpen?.(database.identity);
      return database;
    },
    onCreateConnection: (connection) => configure(connection, options.durable ?? false),
  });
}

async function configure(connection: DatabaseConnection, durable: boolean): Promise<void> {
  // Where positions commit with the rows, what a power cut takes from the end of the log is fetched from the streams again.
  for (const pragma of [
    `synchronous = ${durable ? 'full' : 'normal'}`,
    'foreign_keys = on',
    // What a burst of writes has made of the write-ahead log is given back when the log begins again.
    `journal_size_limit = ${largestIdleLog}`,
  ]) {
    await connection.executeQuery(CompiledQuery.raw(`pragma ${pragma}`));
  }
}

class NodeSqlite {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly identity: FileIdentity;
  readonly #statements = new Map<string, SqliteStatement>();

  constructor(file: string, busyMs: number) {
    this.#file = file;
    this.#database = new DatabaseSync(file, { timeout: busyMs });
    try {
      this.identity = this.#orDamage(() => openLog(this.#database, file));
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  prepare(text: string): SqliteStatement {
    // A failed commit has ended its transaction already: the error of a second rollback would take the place of the reason.
    if (text === 'rollback' && !this.#database.isTransaction) return nothing;
    const known = this.#statements.get(text);
    if (known) return known;
    const statement = this.#orDamage(() => this.#toKysely(this.#database.prepare(text)));
    const [oldest] = this.#statements.keys();
    if (this.#statements.size >= statementsKept && oldest !== undefined) this.#statements.delete(oldest);
    this.#statements.set(text, statement);
    return statement;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #toKysely(statement: StatementSync): SqliteStatement {
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => this.#confirmed(() => statement.all(...toSqlite(parameters))),
      run: (parameters) => this.#confirmed(() => statement.run(...toSqlite(parameters))),
      iterate: (parameters) => statement.iterate(...toSqlite(parameters)),
    };
  }

  /** What is committed counts only while the file is the one that others will open. */
  #confirmed<Result>(work: () => Result): Result {
    const result = this.#orDamage(work);
    if (!this.#database.isTransaction) this.identity.check();
    return result;
  }

  /** No repetition mends a damaged file, so it must not look like an error that passes. */
  #orDamage<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (!isDamage(error)) throw error;
      throw new StreamsError(
        'STORAGE_CORRUPT',
        `The file ${this.#file} is damaged or is no database: restore a backup, or move it away and the service makes it again from the streams`,
        { cause: error },
      );
    }
  }
}

/** The first read makes the -wal and -shm files, whose identity is then known. */
function openLog(database: DatabaseSync, file: string): FileIdentity {
  database.exec('pragma journal_mode = wal');
  database.prepare('select count(*) from sqlite_schema').get();
  return new FileIdentity(file, 'The file');
}

const nothing: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [].values(),
};

/** SQLITE_CORRUPT and SQLITE_NOTADB, without their extended bits. */
function isDamage(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  return code === 11 || code === 26;
}

/** The values themselves where SQLite can hold each, as it can nearly always. */
function toSqlite(values: readonly unknown[]): readonly SQLInputValue[] {
  return areHeld(values) ? values : values.map(held);
}

function areHeld(values: readonly unknown[]): values is readonly SQLInputValue[] {
  for (const value of values) {
    if (value !== null && typeof value !== 'string' && typeof value !== 'number') return false;
  }
  return true;
}

function held(value: unknown): SQLInputValue {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    default:
      if (value === null || value === undefined) return null;
      if (value instanceof Uint8Array) return value;
      throw new TypeError(`SQLite cannot hold a ${typeof value}`);
  }
}
