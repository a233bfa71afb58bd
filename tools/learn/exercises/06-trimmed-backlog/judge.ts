import { compare, each, list } from '../../src/check.ts';
import type { Judge } from '../../src/exercise.ts';

const wanted = each(25);

export const judge: Judge = {
  title: 'A backlog is trimmed away',
  story:
    'The service was down over the weekend. On Monday most of its orders are gone, and nobody deleted them.',
  topics: [],
  async judge(lab) {
    await lab.publish('orders', [{ orderId: 'first' }], 'orderId');
    await lab.runToEnd();
    await lab.publish(
      'orders',
      wanted.map((orderId) => ({ orderId })),
      'orderId',
    );
    const { maxRecords, evenIfUnacknowledged } = lab.work.topics?.[0]?.retention ?? {};
    // What retention does by itself after a while.
    if (maxRecords !== undefined)
      await lab.streams.admin.trim('orders', {
        keep: maxRecords,
        ...(evenIfUnacknowledged === undefined ? {} : { evenIfUnacknowledged }),
      });
    await lab.runToEnd();
    const { missing } = compare(wanted, await lab.acts('ship'));
    const kept = maxRecords !== undefined && maxRecords <= 10;
    return {
      passed: missing.length === 0 && kept,
      found: `not shipped: ${list(missing)}; kept at most: ${maxRecords ?? 'everything'}`,
      why: 'Retention is there to forget what is done with. It can take into account what groups still need, unless it is told not to; without any limit a stream grows for ever.',
    };
  },
};
