import { type Topic, topic } from '@millrace/streams';
import { each, list } from '../../src/check.ts';
import type { Judge } from '../../src/exercise.ts';

interface OrderEvent {
  readonly orderId: string;
  readonly type: string;
}

const types = ['paid', 'shipped', 'delivered'];
const orders = each(12);

export const judge: Judge = {
  title: 'A wrong key loses the order of events',
  story: 'Now and then an order is delivered before it is paid. The topic has four partitions.',
  topics: [{ name: 'order-events', partitions: 4 }],
  async judge(lab) {
    const all = types.flatMap((type) => orders.map((orderId) => ({ orderId, type })));
    await lab.streams.publish(lab.work.events as unknown as Topic<OrderEvent>, all);
    await lab.runToEnd();
    const places = new Map<string, Set<number>>();
    for await (const { value, partition } of lab.streams.read(topic<OrderEvent>('order-events'), {
      to: 'now',
    }))
      places.set(value.orderId, (places.get(value.orderId) ?? new Set()).add(partition));
    const torn = orders.filter((orderId) => places.get(orderId)?.size !== 1);
    const used = new Set([...places.values()].flatMap((partitions) => [...partitions]));
    return {
      passed: torn.length === 0 && used.size > 1,
      found: `in several partitions: ${list(torn)}; partitions in use: ${used.size}`,
      why: 'Order holds within a partition, and the key chooses the partition: what must stay in order needs one key. A single key for everything would keep the order too, and leave the other partitions idle.',
    };
  },
};
