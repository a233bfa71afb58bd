import type { EmailStatus } from '@millrace/events';
import type { Kysely } from 'kysely';
import type { ShopTables } from '../tables/index.ts';

export type EmailFigures = Readonly<Record<EmailStatus, number>>;

const none: EmailFigures = {
  payment_received: 0,
  payment_declined: 0,
  payment_refunded: 0,
  product_shipped: 0,
  product_delivered: 0,
};

export async function emailFigures(db: Kysely<ShopTables>): Promise<EmailFigures> {
  const groups = await db
    .selectFrom('emails')
    .select(({ fn }) => ['status', fn.countAll<number>().as('count')])
    .groupBy('status')
    .execute();
  return { ...none, ...Object.fromEntries(groups.map(({ status, count }) => [status, count])) };
}
