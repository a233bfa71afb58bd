import { payerOf } from '@millrace/events';
import type { HttpServer } from '@millrace/service';
import { z } from 'zod';
import type { IdempotencyKeys } from '../adapters/idempotency-keys.ts';
import { orderId } from '../adapters/order-ids.ts';
import type { OrderService } from '../adapters/order-service.ts';
import { claimKey } from './claim-key.ts';
import { basket, channel, headers, name } from './fields.ts';

const body = z.object({ orderId: name, customerId: name.optional(), channel, basket });

/** `POST /refunds`: 202 with the refund's id once its events are stored. An order can be refunded in parts. */
export function addRefundRoute(server: HttpServer, orders: OrderService, keys: IdempotencyKeys): void {
  server.post('/refunds', { schema: { body, headers } }, async (request, reply) => {
    const key = request.headers['idempotency-key'];
    const { customerId, ...refund } = request.body;
    const refundId = orderId({ prefix: 'R', key, customerId });
    const { pence } = await orders.refund(
      { ...refund, refundId, ...payerOf(customerId, refund.orderId) },
      claimKey({ keys, key, id: refundId, request: request.body }),
    );
    return reply.code(202).send({ refundId, orderId: refund.orderId, pence });
  });
}
