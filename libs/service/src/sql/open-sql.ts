import { join } from 'node:path';
import type { FileIdentity } from '@millrace/streams';
import type { Tracing } from '@millrace/streams-telemetry';
import { Kysely, type KyselyConfig } from 'kysely';
import { assertDataDir } from '../config/data-dir.ts';
import type { SharedConfig } from '../config/shared.ts';
import type { Logger } from '../logging/logger.ts';
import { nodeSqliteDialect } from './node-sqlite.ts';
import { postgresDialect } from './postgres.ts';
import { traceStatements } from './trace-statements.ts';

export interface SqlOptions {
  readonly service: string;
  readonly config: SharedConfig & SqlConfig;
  readonly log: Logger;
  /** Without it statements make no spans. */
  readonly tracing?: Tracing;
  /** Whether a commit must survive a power cut; for what cannot be made again from the streams. Default: false. */
  readonly durable?: boolean;
  /** How long PostgreSQL may take for one statement, in milliseconds. Default: 30,000. */
  readonly deadlineMs?: number;
}

export interface SqlConfig {
  /** PostgreSQL; undefined for a SQLite file in DATA_DIR. */
  readonly DATABASE_URL: string | undefined;
}

/** A service's own SQL database, and the one place that knows where the two engines differ. */
export interface Sql<Tables> extends AsyncDisposable {
  readonly db: Kysely<Tables>;
  /** The type of a column that numbers a table's rows in the order in which they were inserted; its primary key. */
  readonly sequenceType: string;
  /** What must be there before tables can be made. */
  readonly prepare: () => Promise<void>;
  /** Why it can never be used again before a restart, for `/ready`: its file was moved, removed or replaced. */
  readonly problem: () => string | undefined;
}

export async function openSql<Tables>(options: SqlOptions): Promise<Sql<Tables>> {
  const { DATABASE_URL } = options.config;
  return DATABASE_URL === undefined ? openSqlite(options) : openPostgres(options, DATABASE_URL);
}

async function openSqlite<Tables>({
  service,
  config,
  tracing,
  durable = false,
}: SqlOptions): Promise<Sql<Tables>> {
  const { DATA_DIR, NAMESPACE } = config;
  assertDataDir(service, DATA_DIR);
  const file = join(DATA_DIR, NAMESPACE === undefined ? `${service}.db` : `${NAMESPACE}.${service}.db`);
  let identity: FileIdentity | undefined;
  const onOpen = (opened: FileIdentity): void => {
    identity = opened;
  };
  const db = new Kysely<Tables>({
    dialect: nodeSqliteDialect({ file, durable, onOpen }),
    ...statementLog('sqlite', tracing),
  });
  return {
    db,
    sequenceType: 'integer primary key',
    prepare: async () => {},
    problem: () => identity?.problem()?.message,
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}

/** Services and namespaces that share one PostgreSQL each have a schema of their own. */
async function openPostgres<Tables>(
  { service, config, log, tracing, deadlineMs = 30_000 }: SqlOptions,
  url: string,
): Promise<Sql<Tables>> {
  const schema = `${config.NAMESPACE ?? 'millrace'}_${service}`.replaceAll('-', '_');
  const onLost = (error: Error): void => log.warn({ err: error }, 'lost a connection to PostgreSQL');
  const db = new Kysely<Tables>({
    dialect: await postgresDialect({ url, schema, deadlineMs, onLost }),
    ...statementLog('postgresql', tracing),
  });
  return {
    db,
    sequenceType: 'bigint generated always as identity primary key',
    prepare: () => db.schema.createSchema(schema).ifNotExists().execute(),
    // A server that is away comes back.
    problem: () => undefined,
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}

function statementLog(
  system: 'sqlite' | 'postgresql',
  tracing: Tracing | undefined,
): Pick<KyselyConfig, 'log'> {
  return tracing ? { log: traceStatements(system, tracing) } : {};
}
