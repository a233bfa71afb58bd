import {
  applyWithPosition,
  loadPositions,
  migrate,
  type PositionUpdate,
  RowInserter,
  type Sql,
} from '@millrace/service/sql';
import type { External } from '@millrace/streams';
import { sql } from 'kysely';
import type { Profile } from '../domain/profile.ts';
import type { ProfileChange } from '../domain/profile-change.ts';
import { addToCustomer, customerColumns, toProfile, toValues } from './customer-table.ts';
import { type CustomerTables, migrations } from './migrations.ts';

export interface CustomerTotals {
  readonly customers: number;
  readonly orders: number;
  readonly lifetimeValuePence: number;
}

/** The customers' profiles in SQL. */
export class CustomerStore {
  readonly #sql: Sql<CustomerTables>;
  readonly #changes = new RowInserter('customers', customerColumns, addToCustomer);

  constructor(store: Sql<CustomerTables>) {
    this.#sql = store;
  }

  async prepare(): Promise<void> {
    await this.#sql.prepare();
    await migrate(this.#sql.db, migrations);
  }

  loadPositions: External['load'] = (topics, partition) => loadPositions(this.#sql.db, topics, partition);

  /** Adds the changes in the same transaction that moves the position. */
  async apply(advance: PositionUpdate, changes: readonly ProfileChange[]): Promise<void> {
    // In one order everywhere, so that two partitions that touch the same customers cannot lock each other out.
    const rows = changes.toSorted((a, b) => (a.customerId < b.customerId ? -1 : 1)).map(toValues);
    await applyWithPosition(this.#sql.db, advance, (transaction) => this.#changes.insert(transaction, rows));
  }

  async find(customerId: string): Promise<Profile | undefined> {
    const row = await this.#sql.db
      .selectFrom('customers')
      .selectAll()
      .where('customer_id', '=', customerId)
      .executeTakeFirst();
    return row && toProfile(row);
  }

  /** Customers in the order of their ids, after `after` (excluded). */
  async page(after: string, limit: number): Promise<readonly Profile[]> {
    const rows = await this.#sql.db
      .selectFrom('customers')
      .selectAll()
      .where('customer_id', '>', after)
      .orderBy('customer_id')
      .limit(limit)
      .execute();
    return rows.map(toProfile);
  }

  /** Those who have paid or got money back. */
  async totals(): Promise<CustomerTotals> {
    const totals = await this.#sql.db
      .selectFrom('customers')
      .where(sql<number>`orders + refunds`, '>', 0)
      .select(({ fn }) => [
        fn.countAll<number>().as('customers'),
        fn.coalesce(fn.sum<number>('orders'), sql<number>`0`).as('orders'),
        sql<number>`coalesce(sum(captured_pence - refunded_pence), 0)`.as('lifetimeValuePence'),
      ])
      .executeTakeFirstOrThrow();
    return totals;
  }
}
