import { payerOf } from '@millrace/events';
import type { HttpServer } from '@millrace/service';
import { z } from 'zod';
import type { IdempotencyKeys } from '../adapters/idempotency-keys.ts';
import { orderId as newOrderId } from '../adapters/order-ids.ts';
import type { OrderService } from '../adapters/order-service.ts';
import { claimKey } from './claim-key.ts';
import { basket, card, channel, headers, name } from './fields.ts';

const body = z.object({ customerId: name.optional(), channel, card, basket });

/** `POST /orders`: 202 with the order's id once its events are stored. */
export function addOrderRoute(server: HttpServer, orders: OrderService, keys: IdempotencyKeys): void {
  server.post('/orders', { schema: { body, headers } }, async (request, reply) => {
    const key = request.headers['idempotency-key'];
    const { customerId, ...order } = request.body;
    const orderId = newOrderId({ prefix: 'O', key, customerId });
    const { pence } = await orders.order(
      { ...order, orderId, ...payerOf(customerId, orderId) },
      claimKey({ keys, key, id: orderId, request: request.body }),
    );
    return reply.code(202).send({ orderId, pence });
  });
}
