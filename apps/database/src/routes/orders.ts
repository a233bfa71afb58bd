import { isStorable, notStorable } from '@millrace/events';
import { type HttpServer, notFound } from '@millrace/service';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { ShopTables } from '../tables/index.ts';

const params = z.object({ id: z.string().min(1).max(200).refine(isStorable, notStorable) });

/** `GET /orders/:id`: what became of an order, each part in the order in which it happened to it. */
export function addOrderRoute(server: HttpServer, db: Kysely<ShopTables>): void {
  server.get('/orders/:id', { schema: { params } }, async (request) => {
    const { id } = request.params;
    const payments = await db
      .selectFrom('payment_results')
      .where('order_id', '=', id)
      .orderBy('sequence')
      .select([
        'type',
        'occurred_at as occurredAt',
        'pence',
        'reason',
        'refund_id as refundId',
        'card_last_four as cardLastFour',
      ])
      .execute();
    const lines = await db
      .selectFrom('stock_allocations')
      .where('order_id', '=', id)
      .orderBy('sequence')
      .select(['type', 'occurred_at as occurredAt', 'line', 'sku', 'quantity', 'pence', 'lacking', 'cause'])
      .execute();
    const allocated = await db
      .selectFrom('allocated_orders')
      .where('order_id', '=', id)
      .select('occurred_at as occurredAt')
      .executeTakeFirst();
    const emails = await db
      .selectFrom('emails')
      .where('order_id', '=', id)
      .orderBy('sequence')
      .select(['status', 'occurred_at as occurredAt'])
      .execute();
    if (payments.length + lines.length + emails.length === 0) throw notFound(`There is no order ${id} yet.`);
    return { orderId: id, payments, lines, allocatedAt: allocated?.occurredAt ?? null, emails };
  });
}
