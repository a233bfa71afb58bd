import type { World } from '@millrace/learn/world';
import { on, type Running, type Streams, type TopicSpec, topic } from '@millrace/streams';

interface Order {
  readonly orderId: string;
}

const orders = topic<Order>('orders', { key: ({ orderId }) => orderId });

/** Orders are kept until they are handled; beyond that ten are enough. */
export const topics: readonly TopicSpec[] = [
  { name: 'orders', partitions: 1, retention: { maxRecords: 10, evenIfUnacknowledged: true } },
];

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
