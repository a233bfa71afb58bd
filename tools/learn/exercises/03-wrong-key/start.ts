import type { World } from '@millrace/learn/world';
import { on, type Running, type Streams, type Topic, topic } from '@millrace/streams';

interface OrderEvent {
  readonly orderId: string;
  readonly type: string;
}

/** What happens to orders: paid, then shipped, then delivered. */
export const events: Topic<OrderEvent> = topic('order-events', { key: ({ type }) => type });

export function start(streams: Streams, world: World): Promise<Running> {
  return streams.run({
    group: 'tracking',
    mode: 'partitioned',
    delivery: 'at-least-once',
    routes: [
      on(events, async ({ value }) => {
        await world.act(value.type, value.orderId);
      }),
    ],
  });
}
