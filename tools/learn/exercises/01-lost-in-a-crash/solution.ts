import type { World } from '@millrace/learn/world';
import { on, type Running, type Streams, topic } from '@millrace/streams';

interface Order {
  readonly orderId: string;
}

const orders = topic<Order>('orders', { key: ({ orderId }) => orderId });

/** Ships every order. A crash in the middle of one must not lose it. */
export function start(streams: Streams, world: World): Promise<Running> {
  return streams.run({
    group: 'shipping',
    mode: 'partitioned',
    delivery: 'at-least-once',
    routes: [
      on(orders, async ({ value }) => {
        await world.act('ship', value.orderId);
      }),
    ],
  });
}
