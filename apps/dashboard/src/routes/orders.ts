import type { HttpServer } from '@millrace/service';
import { z } from 'zod';
import type { OrderStory } from '../api/orders.ts';
import type { SearchContext } from '../messages/search.ts';
import { storyOf } from '../messages/story.ts';
import type { OrderIndex } from '../orders/order-index.ts';

const list = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  id: z.string().default(''),
});
const params = z.object({ id: z.string().min(1).max(200) });
const one = z.object({ reveal: z.stringbool().default(false) });
const topics = [
  'payment-events',
  'inventory-events',
  'payment-results',
  'stock-movements',
  'stock-allocations',
  'inventory-results',
  'emails',
];
/** An order that was not seen is looked for so far back. */
const backMs = 3_600_000;

export interface OrderRoutesOptions extends SearchContext {
  readonly index: OrderIndex;
  readonly traceUrl: string | undefined;
}

/** `GET /api/orders`: the newest. `GET /api/orders/:id`: everything that happened to one, in the order of time. */
export function addOrderRoutes(server: HttpServer, { index, ...context }: OrderRoutesOptions): void {
  server.get('/api/orders', { schema: { querystring: list } }, (request) =>
    index.newest(request.query.limit, request.query.id),
  );
  server.get(
    '/api/orders/:id',
    { schema: { params, querystring: one } },
    async (request): Promise<OrderStory> => {
      const { id } = request.params;
      const order = await index.find(id);
      const now = Date.now();
      const options = {
        topics,
        from: (order?.firstAt ?? now - backMs) - 2_000,
        to: Math.min((order?.lastAt ?? now) + 10_000, now + 1_000),
        reveal: request.query.reveal,
        traceUrl: context.traceUrl,
      };
      const story = await storyOf(context, { by: 'order', id }, undefined, options);
      return { orderId: id, order: order ?? null, story };
    },
  );
}
