import { on, type Running, type Streams, topic } from '@millrace/streams';

interface Order {
  readonly orderId: string;
}

const orders = topic<Order>('orders', { key: ({ orderId }) => orderId });
const shipments = topic<Order>('shipments', { key: ({ orderId }) => orderId });

/** A shipment for each order. */
export function start(streams: Streams): Promise<Running> {
  return streams.run({
    group: 'shipping',
    mode: 'partitioned',
    delivery: 'exactly-once',
    leaseMs: 1_000,
    batch: 1,
    routes: [
      on(orders, ({ value }, context) => {
        context.send(shipments, value);
      }),
    ],
  });
}
