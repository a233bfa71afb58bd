import type { World } from '@millrace/learn/world';
import { on, type Running, type Streams, topic } from '@millrace/streams';

interface Order {
  readonly orderId: string;
}

const orders = topic<Order>('orders', { key: ({ orderId }) => orderId });
const shipments = topic<Order>('shipments', { key: ({ orderId }) => orderId });

/** A shipment for each order. */
export function start(streams: Streams, world: World): Promise<Running> {
  return streams.run({
    group: 'shipping',
    mode: 'partitioned',
    delivery: 'exactly-once',
    leaseMs: 1_000,
    batch: 1,
    routes: [
      on(orders, ({ value }) => {
        // Quicker: the handler need not wait until it is stored.
        setTimeout(() => void publishLater(value), 500);
      }),
    ],
  });

  async function publishLater(order: Order): Promise<void> {
    await world.act('publish', order.orderId);
    await streams.publish(shipments, [order]);
  }
}
