import type { HttpServer } from '@millrace/service';
import { z } from 'zod';
import type { IdempotencyKeys } from '../adapters/idempotency-keys.ts';
import { orderId } from '../adapters/order-ids.ts';
import type { OrderService } from '../adapters/order-service.ts';
import { claimKey } from './claim-key.ts';
import { basket, correction, headers } from './fields.ts';

const body = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('delivery'), items: basket }),
  z.object({ kind: z.literal('correction'), items: correction }),
]);

/** `POST /stock`: 202 with the document's id once a supplier's delivery or a correction of the stock is stored. */
export function addStockRoute(server: HttpServer, orders: OrderService, keys: IdempotencyKeys): void {
  server.post('/stock', { schema: { body, headers } }, async (request, reply) => {
    const key = request.headers['idempotency-key'];
    const documentId = orderId({ prefix: 'S', key });
    await orders.stock(
      { ...request.body, orderId: documentId },
      claimKey({ keys, key, id: documentId, request: request.body }),
    );
    return reply.code(202).send({ documentId });
  });
}
