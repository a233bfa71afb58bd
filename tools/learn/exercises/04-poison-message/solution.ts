import type { World } from '@millrace/learn/world';
import { on, type Running, type Streams, topic } from '@millrace/streams';

interface Order {
  readonly orderId: string;
  readonly lines: readonly string[];
}

const orders = topic<Order>('orders', { key: ({ orderId }) => orderId });

/** Ships every order that can be shipped. One that cannot must not hold up the others. */
export function start(streams: Streams, world: World): Promise<Running> {
  return streams.run({
    group: 'shipping',
    mode: 'partitioned',
    delivery: 'at-least-once',
    retry: { attempts: 2, delay: () => 10 },
    routes: [
      on(orders, async ({ value }) => {
        if (value.lines.length === 0) throw new Error('nothing to ship');
        await world.act('ship', value.orderId);
      }),
    ],
  });
}
