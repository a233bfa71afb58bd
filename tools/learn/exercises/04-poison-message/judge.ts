import { compare, each, list } from '../../src/check.ts';
import type { Judge } from '../../src/exercise.ts';

const wanted = each(6).filter((orderId) => orderId !== 'order-3');

export const judge: Judge = {
  title: 'A poison message stops the group',
  story: 'order-3 has no lines, which nobody foresaw. Since it came nothing is shipped any more.',
  topics: [{ name: 'orders', partitions: 1 }],
  async judge(lab) {
    const orders = each(6).map((orderId) => ({
      orderId,
      lines: orderId === 'order-3' ? undefined : ['tea'],
    }));
    await lab.publish('orders', orders, 'orderId');
    await lab.runToEnd().catch(() => undefined);
    const { missing } = compare(wanted, await lab.acts('ship'));
    const letters: string[] = [];
    try {
      for await (const { record } of lab.streams.admin.deadLetters('shipping'))
        letters.push((JSON.parse(Buffer.from(record.value ?? []).toString()) as { orderId: string }).orderId);
    } catch {
      // There is not even a topic for them.
    }
    return {
      passed: missing.length === 0 && letters.join() === 'order-3',
      found: `not shipped: ${list(missing)}; in the dead letters: ${list(letters)}`,
      why: 'Retrying helps against what passes. What fails every time has to leave the stream, to a place where a person finds it and from where it can be brought back.',
    };
  },
};
