import type { Migration, Sql } from '@millrace/service/sql';
import { type QueryExecutorProvider, sql } from 'kysely';
import { ledgerTables, type ShopTables } from '../tables/index.ts';
import { latencyColumns } from '../tables/latencies.ts';
import { ledgerColumns } from '../tables/ledger-table.ts';
import { stockLevelColumns } from '../tables/stock-levels.ts';

/** The history of the record's tables. The first step leaves tables alone that were made before steps were counted. */
export function migrations(store: Sql<ShopTables>): readonly Migration<ShopTables>[] {
  return [(transaction) => createTables(transaction, store.sequenceType)];
}

async function createTables(db: QueryExecutorProvider, sequenceType: string): Promise<void> {
  for (const table of ledgerTables) {
    const columns = { sequence: sequenceType, ...ledgerColumns, ...table.columns };
    await createTable(db, table.name, columns);
    if (table.indexed !== undefined) await createIndex(db, table.name, table.indexed);
  }
  await createTable(db, 'stock_levels', stockLevelColumns);
  await createTable(db, 'latencies', latencyColumns, sql`, primary key ("partition", bucket)`);
}

async function createTable(
  db: QueryExecutorProvider,
  name: string,
  columns: Readonly<Record<string, string>>,
  constraints = sql``,
): Promise<void> {
  const definitions = Object.entries(columns).map(
    ([column, type]) => sql`${sql.ref(column)} ${sql.raw(type)}`,
  );
  await sql`create table if not exists ${sql.table(name)} (${sql.join(definitions)}${constraints})`.execute(
    db,
  );
}

async function createIndex(db: QueryExecutorProvider, table: string, column: string): Promise<void> {
  const name = sql.ref(`${table}_by_${column}`);
  await sql`create index if not exists ${name} on ${sql.table(table)} (${sql.ref(column)})`.execute(db);
}
