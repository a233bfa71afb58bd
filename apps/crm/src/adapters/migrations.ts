import type { Migration } from '@millrace/service/sql';
import { sql } from 'kysely';
import type { CustomerRow } from './customer-table.ts';

export interface CustomerTables {
  customers: CustomerRow;
}

/** The history of the tables. The first step leaves tables alone that were made before steps were counted. */
export const migrations: readonly Migration<CustomerTables>[] = [
  async (transaction) => {
    await sql`create table if not exists customers (
      customer_id text primary key,
      orders integer not null,
      refunds integer not null,
      allocated_orders integer not null,
      captured_pence bigint not null,
      refunded_pence bigint not null,
      first_seen_at text not null,
      last_seen_at text not null
    )`.execute(transaction);
  },
];
