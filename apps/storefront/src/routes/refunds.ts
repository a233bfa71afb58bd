import { payerOf } from '@millrace/events';
import type { HttpServer } from '@millrace/service';
import { z } from 'zod';
import type { OrderDesk } from '../adapters/order-desk.ts';
import type { RequestNames } from '../adapters/request-names.ts';
import { basket, channel, headers, name } from './fields.ts';

const body = z.object({ orderId: name, customerId: name.optional(), channel, basket });

/** `POST /refunds`: 202 with the refund's id once its events are stored. An order can be refunded in parts. */
export function addRefundRoute(server: HttpServer, desk: OrderDesk, names: RequestNames): void {
  server.post('/refunds', { schema: { body, headers } }, async (request, reply) => {
    const { customerId, ...refund } = request.body;
    const refundId = names.nameOf('R', request.headers['idempotency-key'], request.body);
    const payerId = payerOf(customerId, refund.orderId);
    const { pence } = await desk.refund({ ...refund, refundId, payerId });
    return reply.code(202).send({ refundId, orderId: refund.orderId, pence });
  });
}
