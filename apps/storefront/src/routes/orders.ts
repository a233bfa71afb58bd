import { payerOf } from '@millrace/events';
import type { HttpServer } from '@millrace/service';
import { z } from 'zod';
import type { OrderDesk } from '../adapters/order-desk.ts';
import type { RequestNames } from '../adapters/request-names.ts';
import { basket, card, channel, headers, name } from './fields.ts';

const body = z.object({ customerId: name.optional(), channel, card, basket });

/** `POST /orders`: 202 with the order's id once its events are stored. */
export function addOrderRoute(server: HttpServer, desk: OrderDesk, names: RequestNames): void {
  server.post('/orders', { schema: { body, headers } }, async (request, reply) => {
    const { customerId, ...order } = request.body;
    const orderId = names.nameOf('O', request.headers['idempotency-key'], request.body);
    const { pence } = await desk.order({ ...order, orderId, payerId: payerOf(customerId, orderId) });
    return reply.code(202).send({ orderId, pence });
  });
}
