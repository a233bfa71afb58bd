import type { World } from '@millrace/learn/world';
import { on, type Running, type Streams, topic } from '@millrace/streams';

interface Order {
  readonly orderId: string;
}

const orders = topic<Order>('orders', { key: ({ orderId }) => orderId });
const invoices = topic<Order>('invoices', { key: ({ orderId }) => orderId });

/** One invoice for each order, also when a member is paused and comes back. */
export function start(streams: Streams, world: World): Promise<Running> {
  return streams.run({
    group: 'billing',
    mode: 'partitioned',
    delivery: 'exactly-once',
    leaseMs: 1_000,
    routes: [
      on(orders, async ({ value }) => {
        await world.act('compute', value.orderId);
        await streams.publish(invoices, [value]);
      }),
    ],
  });
}
