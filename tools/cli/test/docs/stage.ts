import { on, openStreams, Rejected, topic } from '@millrace/streams';
import { call } from '../support/call.ts';

/** Topics of the shop and of the examples, with their partitions. */
const topics: Readonly<Record<string, number>> = {
  a: 1,
  b: 1,
  emails: 3,
  clicks: 6,
  'page-views': 6,
  'payment-events': 1,
  'payment-results': 6,
  'inventory-events': 1,
  'shipping-requests': 1,
  'webserver-events': 1,
};

/** What the pages and the examples of the command take for granted: topics, groups, and dead letters to be repaired. */
export async function setStage(url: string): Promise<void> {
  for (const [name, partitions] of Object.entries(topics)) {
    await call(['topics', 'create', name, '--partitions', String(partitions), '--url', url]);
    const values = ['{"type":"PaymentDeclined"}', '{"to":"ann"}'];
    await call(['produce', name, ...values, '--key', 'order-7', '--url', url]);
  }
  for (const group of ['audit', 'mailer', 'inventory'])
    await call([
      ...['consume', 'emails', '--group', group, '--limit', '1', '--url', url],
      ...(group === 'mailer' ? ['--mode', 'competing'] : []),
    ]);
  await giveUp(url, 'webserver', 'webserver-events', 2);
  // The examples repair the letter at offset 3, which is the oldest that is left.
  await giveUp(url, 'payment', 'payment-events', 4);
  await giveUp(url, 'shipping', 'shipping-requests', 4);
  for (const group of ['payment', 'shipping'])
    await call(['dead-letters', 'redrive', group, '--limit', '3', '--url', url]);
  await call(['consume', 'payment-events', '--group', 'payment', '--url', url]);
}

/** A group that gives up so many records of a topic. */
async function giveUp(url: string, group: string, name: string, count: number): Promise<void> {
  const missing = count - 2;
  for (let number = 0; number < missing; number += 1)
    await call(['produce', name, '{"pence":-1,"lines":[]}', '--key', 'order-7', '--url', url]);
  await using streams = await openStreams(url);
  await using running = await streams.run({
    group,
    mode: 'partitioned',
    delivery: 'at-least-once',
    routes: [
      on(topic(name), () => {
        throw new Rejected('an example');
      }),
    ],
  });
  await running.caughtUp();
  await running.stop();
}
