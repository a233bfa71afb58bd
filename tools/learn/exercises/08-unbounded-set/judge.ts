import { openDriver } from '@millrace/streams';
import { compare, each, list } from '../../src/check.ts';
import type { Judge } from '../../src/exercise.ts';

const wanted = each(300);

export const judge: Judge = {
  title: 'A set that only grows',
  story:
    'Each order that was handled is remembered, for ever. After a year the state is the largest thing in the system.',
  topics: [
    { name: 'orders', partitions: 1 },
    { name: 'emails', partitions: 1 },
  ],
  async judge(lab) {
    const events = wanted.map((orderId) => ({ orderId }));
    await lab.publish('orders', [...events, ...events.slice(-10)], 'orderId', 'orderId');
    await lab.runToEnd();
    const { repeated, missing } = compare(
      wanted,
      (await lab.values<{ readonly orderId: string }>('emails')).map(({ orderId }) => orderId),
    );
    const kept = await remembered(lab.place, wanted);
    return {
      passed: repeated.length === 0 && missing.length === 0 && kept === 0,
      found: `twice: ${list(repeated)}; missing: ${missing.length}; ids in the state: ${kept}`,
      why: 'What is remembered against repeats needs a bound, and an age at which it is forgotten. The group can keep such a window itself, in the same commit as positions and outputs.',
    };
  },
};

/** How many of the ids lie in the store `seen` of the group. */
async function remembered(
  { url, namespace }: { readonly url: string; readonly namespace: string },
  ids: readonly string[],
): Promise<number> {
  await using driver = await openDriver(url, { namespace });
  await using membership = await driver.join('mailer', {
    topics: ['orders'],
    start: 'earliest',
    acks: 'all',
    leaseMs: 3_000,
    maxInFlight: 1,
    commitKind: 'atomic',
    stores: ['seen'],
    dedupeWindow: 50,
  });
  for await (const lease of membership) {
    await using held = lease;
    return (await held.load('seen', ids)).filter((value) => value !== undefined).length;
  }
  return 0;
}
