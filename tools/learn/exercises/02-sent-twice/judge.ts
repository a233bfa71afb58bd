import { compare, each, list } from '../../src/check.ts';
import type { Judge } from '../../src/exercise.ts';

const wanted = each(5);

export const judge: Judge = {
  title: 'An e-mail is sent twice',
  story:
    'A customer clicks twice and the shop publishes the same order again, with the same id. The customer gets two e-mails.',
  topics: [
    { name: 'orders', partitions: 2 },
    { name: 'emails', partitions: 2 },
  ],
  async judge(lab) {
    const events = wanted.map((orderId) => ({ orderId }));
    await lab.publish('orders', [...events, ...events.slice(1, 3)], 'orderId', 'orderId');
    await lab.runToEnd();
    await lab.publish('orders', events.slice(3), 'orderId', 'orderId');
    await lab.runToEnd();
    const found = (await lab.values<{ readonly orderId: string }>('emails')).map(({ orderId }) => orderId);
    const { missing, repeated } = compare(wanted, found);
    return {
      passed: missing.length === 0 && repeated.length === 0,
      found: `twice: ${list(repeated)}; missing: ${list(missing)}`,
      why: 'Exactly once is about one record: each is handled once. Two records with one id are the business of deduplication, which has to be stored in the same commit.',
    };
  },
};
