import { setTimeout as sleep } from 'node:timers/promises';
import { compare, each, list } from '../../src/check.ts';
import type { Judge } from '../../src/exercise.ts';

const wanted = each(4);

export const judge: Judge = {
  title: 'A zombie writes an invoice',
  story:
    'A member is paused (a long garbage collection, a laptop lid) while it works on order-2. Another one takes over. Then the first wakes up and goes on as if nothing had happened.',
  topics: [
    { name: 'orders', partitions: 1 },
    { name: 'invoices', partitions: 1 },
  ],
  async judge(lab) {
    await lab.publish(
      'orders',
      wanted.map((orderId) => ({ orderId })),
      'orderId',
    );
    const sleeper = lab.startMember({ when: 'after', name: 'compute', about: 'order-2', signal: 'SIGSTOP' });
    while (!(await lab.acts('compute')).includes('order-2')) await sleep(20);
    await lab.runToEnd();
    sleeper.child.kill('SIGCONT');
    // It wakes, learns that it is no longer the owner, and joins again.
    await sleeper.settled;
    sleeper.child.kill('SIGKILL');
    await sleeper.ended;
    const found = (await lab.values<{ readonly orderId: string }>('invoices')).map(({ orderId }) => orderId);
    const { missing, repeated } = compare(wanted, found);
    return {
      passed: missing.length === 0 && repeated.length === 0,
      found: `twice: ${list(repeated)}; missing: ${list(missing)}`,
      why: 'A member that lost its lease is fenced: its commit is refused. That stops what is part of the commit, and nothing that goes past it.',
    };
  },
};
