import { each, list } from '../../src/check.ts';
import type { Judge } from '../../src/exercise.ts';
import { type Moment, moments } from '../../src/world.ts';

const orders = [...each(8), ...each(2)];

export const judge: Judge = {
  title: 'A slow consumer',
  story:
    'Each question to the bank takes 40 ms, and all wait for each other. The backlog grows, while processor and bank are bored.',
  topics: [{ name: 'orders', partitions: 1 }],
  async judge(lab) {
    await lab.publish(
      'orders',
      orders.map((orderId) => ({ orderId })),
      'orderId',
    );
    await lab.runToEnd();
    let open = 0;
    let most = 0;
    const asked = new Set<string>();
    const overlapped: string[] = [];
    const acts = (await lab.values<Moment>(moments.name)).filter(({ name }) =>
      ['ask', 'told'].includes(name),
    );
    for (const { name, about } of acts) {
      open += name === 'ask' ? 1 : -1;
      most = Math.max(most, open);
      if (name === 'told') asked.delete(about);
      else if (asked.has(about)) overlapped.push(about);
      else asked.add(about);
    }
    return {
      passed: acts.length === orders.length * 2 && most >= 4 && overlapped.length === 0,
      found: `${most} questions at the same time; two at once for one order: ${list(overlapped)}`,
      why: 'A handler that waits can wait for several messages at once. With keys the order of each key is kept all the same; a loop of your own round Promise.all would give that up.',
    };
  },
};
