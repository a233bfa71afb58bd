import { compare, each, list } from '../../src/check.ts';
import type { Judge } from '../../src/exercise.ts';

const wanted = each(6);

export const judge: Judge = {
  title: 'An order is lost in a crash',
  story: 'The shipping service is killed while it ships order-3. After its restart order-3 is never shipped.',
  topics: [{ name: 'orders', partitions: 1 }],
  async judge(lab) {
    await lab.publish(
      'orders',
      wanted.map((orderId) => ({ orderId })),
      'orderId',
    );
    await lab.runAndCrash({ when: 'before', name: 'ship', about: 'order-3', signal: 'SIGKILL' });
    await lab.runToEnd();
    const { missing } = compare(wanted, await lab.acts('ship'));
    return {
      passed: missing.length === 0,
      found: `not shipped: ${list(missing)}`,
      why: 'A message is done when it is acknowledged. What is acknowledged before it is handled is gone with the process that has it in hand; what is handled first is handed out again.',
    };
  },
};
