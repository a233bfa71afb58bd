import type { HttpServer } from '@millrace/service';
import { z } from 'zod';
import type { OrderDesk } from '../adapters/order-desk.ts';
import type { RequestNames } from '../adapters/request-names.ts';
import { basket, correction, headers } from './fields.ts';

const body = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('delivery'), items: basket }),
  z.object({ kind: z.literal('correction'), items: correction }),
]);

/** `POST /stock`: 202 with the document's id once a supplier's delivery or a correction of the stock is stored. */
export function addStockRoute(server: HttpServer, desk: OrderDesk, names: RequestNames): void {
  server.post('/stock', { schema: { body, headers } }, async (request, reply) => {
    const documentId = names.nameOf('S', request.headers['idempotency-key'], request.body);
    await desk.stock({ ...request.body, orderId: documentId });
    return reply.code(202).send({ documentId });
  });
}
