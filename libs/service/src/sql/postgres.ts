import { type Dialect, PostgresDialect } from 'kysely';

export interface PostgresOptions {
  readonly url: string;
  /** Where tables without a schema of their own are made and looked for. */
  readonly schema: string;
  readonly onLost: (error: Error) => void;
}

/** Type numbers of PostgreSQL whose values pg hands over as texts; the shop's counts and sums all fit a number. */
const int8 = 20;
const numeric = 1700;

/** Kysely over PostgreSQL. The client is loaded only here, so that a service on SQLite never pays for it. */
export async function postgresDialect({ url, schema, onLost }: PostgresOptions): Promise<Dialect> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: url,
    options: `-c search_path=${schema}`,
    max: 8,
    connectionTimeoutMillis: 5_000,
    types: {
      getTypeParser: (type, format) =>
        type === int8 || type === numeric ? Number : pg.types.getTypeParser(type, format),
    },
  });
  // The pool listens to idle connections only; one that breaks while a query runs would end the process.
  pool.on('connect', (client) => client.on('error', onLost));
  pool.on('error', onLost);
  return new PostgresDialect({ pool });
}
