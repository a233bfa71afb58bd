import { compare, each, list } from '../../src/check.ts';
import type { Judge } from '../../src/exercise.ts';

const wanted = each(5);

export const judge: Judge = {
  title: 'The output of a crashed commit is missing',
  story: 'The group is exactly-once, and still shipments are missing after a crash.',
  topics: [
    { name: 'orders', partitions: 1 },
    { name: 'shipments', partitions: 1 },
  ],
  async judge(lab) {
    await lab.publish(
      'orders',
      wanted.map((orderId) => ({ orderId })),
      'orderId',
    );
    await lab.runAndCrash({ when: 'before', name: 'publish', about: 'order-3', signal: 'SIGKILL' });
    await lab.runToEnd();
    const found = (await lab.values<{ readonly orderId: string }>('shipments')).map(({ orderId }) => orderId);
    const { missing, repeated } = compare(wanted, found);
    return {
      passed: missing.length === 0 && repeated.length === 0,
      found: `missing: ${list(missing)}; twice: ${list(repeated)}`,
      why: 'A commit holds what the handler has staged when it returns: acknowledgement and outputs together, or neither. What is published on the side is in no commit.',
    };
  },
};
