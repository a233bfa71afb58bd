import { type Migration, migrate, type Sql } from '@millrace/service/sql';

interface HistoryTable {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: 'group' | 'topic';
  readonly name: string;
  /** A group's lag, a topic's records per second; null when unknown. */
  readonly amount: number | null;
  /** Of a group: the age of its oldest unacknowledged record. */
  readonly age_ms: number | null;
}

interface RedrivenTable {
  /** Position of the dead letter, `topic:partition:offset`. */
  readonly position: string;
  readonly at: number;
}

interface CheckpointTable {
  /** The dashboard's group. */
  readonly name: string;
  readonly at: number;
  readonly json: string;
}

interface OrderTable {
  readonly order_id: string;
  /** When its first and its newest event were stored, milliseconds since the epoch. */
  readonly first_at: number;
  readonly last_at: number;
  readonly pence: number | null;
  readonly state: string;
}

/** What the dashboard keeps for itself, in a SQLite file of its own. */
export interface DashboardTables {
  readonly history: HistoryTable;
  readonly redriven: RedrivenTable;
  readonly checkpoint: CheckpointTable;
  readonly orders: OrderTable;
}

const migrations: readonly Migration<DashboardTables>[] = [
  async ({ schema }) => {
    await schema
      .createTable('history')
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('amount', 'real')
      .addColumn('age_ms', 'real')
      .execute();
    await schema.createIndex('history_by_name').on('history').columns(['kind', 'name', 'at']).execute();
    await schema
      .createTable('redriven')
      .addColumn('position', 'text', (column) => column.primaryKey())
      .addColumn('at', 'integer', (column) => column.notNull())
      .execute();
    await schema
      .createTable('checkpoint')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('json', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createTable('orders')
      .addColumn('order_id', 'text', (column) => column.primaryKey())
      .addColumn('first_at', 'integer', (column) => column.notNull())
      .addColumn('last_at', 'integer', (column) => column.notNull())
      .addColumn('pence', 'integer')
      .addColumn('state', 'text', (column) => column.notNull())
      .execute();
    await schema.createIndex('orders_by_time').on('orders').columns(['last_at']).execute();
  },
];

export async function prepareTables({ db, prepare }: Sql<DashboardTables>): Promise<void> {
  await prepare();
  await migrate(db, migrations);
}
