import { type Dialect, PostgresDialect } from 'kysely';
import { PostgresConnectionPool } from './postgres-connection-pool.ts';

export interface PostgresOptions {
  readonly url: string;
  /** Where tables without a schema of their own are made and looked for. */
  readonly schema: string;
  /** How long a statement may take, in milliseconds; then its connection is given up. */
  readonly deadlineMs: number;
  readonly onLost: (error: Error) => void;
}

/** Type numbers of PostgreSQL whose values pg hands over as texts; the shop's counts and sums all fit a number. */
const int8 = 20;
const numeric = 1700;

/** Kysely over PostgreSQL. The client is loaded only here, so that a service on SQLite never pays for it. */
export async function postgresDialect(options: PostgresOptions): Promise<Dialect> {
  const { url, schema, deadlineMs, onLost } = options;
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: url,
    options: `-c search_path=${schema}`,
    max: 8,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    // The server ends by itself what nobody will wait for, and lets go of what a lost connection has locked.
    statement_timeout: Math.round(deadlineMs * 0.8),
    idle_in_transaction_session_timeout: deadlineMs * 2,
    types: {
      getTypeParser: (type, format) =>
        type === int8 || type === numeric ? Number : pg.types.getTypeParser(type, format),
    },
  });
  // The pool listens to idle connections only; one that breaks while a query runs would end the process.
  pool.on('connect', (client) => client.on('error', onLost));
  pool.on('error', onLost);
  return new PostgresDialect({ pool: new PostgresConnectionPool(pool, deadlineMs) });
}
