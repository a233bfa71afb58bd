import type { World } from '@millrace/learn/world';
import { on, type Running, type Streams, topic } from '@millrace/streams';

interface Order {
  readonly orderId: string;
}

const orders = topic<Order>('orders', { key: ({ orderId }) => orderId });

/** Checks every order with a bank that takes its time. Orders of one customer keep their order; others need not wait. */
export function start(streams: Streams, world: World): Promise<Running> {
  return streams.run({
    group: 'payment',
    mode: 'partitioned',
    delivery: 'at-least-once',
    routes: [
      on(orders, async ({ value }) => {
        await world.act('ask', value.orderId);
        await bank();
        await world.act('told', value.orderId);
      }),
    ],
  });
}

function bank(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 40));
}
