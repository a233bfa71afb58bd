import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteDialect,
  type SqliteStatement,
} from 'kysely';

/** More texts than a service has; beyond it the oldest is prepared anew. */
const statementsKept = 200;

export interface SqliteOptions {
  readonly file: string;
  /** A short wait only, because it holds up the whole process; what is still locked then is BUSY and tried again. */
  readonly busyMs?: number;
}

/** Kysely over the SQLite that Node brings along. Each statement is prepared once. */
export function nodeSqliteDialect(options: SqliteOptions): Dialect {
  return new SqliteDialect({
    database: async () => new NodeSqlite(new DatabaseSync(options.file, { timeout: options.busyMs ?? 50 })),
    onCreateConnection: configure,
  });
}

async function configure(connection: DatabaseConnection): Promise<void> {
  // Positions commit with the rows, so what a power cut takes from the end of the log is fetched from the streams again.
  for (const pragma of ['journal_mode = wal', 'synchronous = normal', 'foreign_keys = on']) {
    await connection.executeQuery(CompiledQuery.raw(`pragma ${pragma}`));
  }
}

class NodeSqlite {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, SqliteStatement>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  prepare(text: string): SqliteStatement {
    const known = this.#statements.get(text);
    if (known) return known;
    const statement = toKysely(this.#database.prepare(text));
    const [oldest] = this.#statements.keys();
    if (this.#statements.size >= statementsKept && oldest !== undefined) this.#statements.delete(oldest);
    this.#statements.set(text, statement);
    return statement;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

function toKysely(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...parameters.map(toSqlite)),
    run: (parameters) => statement.run(...parameters.map(toSqlite)),
    iterate: (parameters) => statement.iterate(...parameters.map(toSqlite)),
  };
}

function toSqlite(value: unknown): SQLInputValue {
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
