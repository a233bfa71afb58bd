import { expect, test } from 'vitest';
import { Auditor } from '../../src/domain/audit/auditor.ts';

const began = 1_000_000;
const shop = { now: began + 60_000, readAll: true, held: [] };
/** More than the auditor has ever followed at once. */
const orders = Array.from({ length: 130_000 }, (_, number) => `o${number}`);

/** All of one topic, then all of the next: how they are read when the dashboard is far behind. */
function readTopicByTopic(auditor: Auditor): void {
  const common = { occurredAt: '2026-11-30T12:00:00Z', payerId: 'alice' } as const;
  const paid = { ...common, channel: 'web', pence: 500, stockLines: 0 } as const;
  for (const orderId of orders)
    auditor.addEmail(
      { ...common, orderId, type: 'EmailRequested', status: 'payment_received', pence: 500 },
      began,
    );
  for (const orderId of orders) {
    const card = { lastFour: '4242', sealed: 'sealed' };
    auditor.addRequest({ ...paid, orderId, type: 'PaymentRequested', card }, began);
  }
  for (const orderId of orders)
    auditor.addResult({ ...paid, orderId, type: 'PaymentCaptured', cardLastFour: '4242' }, began);
}

test('with more open orders than are followed it adds up, and says how many were not followed', () => {
  const auditor = new Auditor();
  readTopicByTopic(auditor);
  const { state, says, checks } = auditor.verdict(shop);
  expect({ state, says }).toEqual({ state: 'adds-up', says: 'Adds up to the penny.' });
  expect(checks.find(({ name }) => name === 'orders')?.says).toMatch(/\d not followed, too many at once$/);
});

test('what is kept of open orders, and of those that are not followed, is bounded, over a restart too', () => {
  const before = new Auditor();
  readTopicByTopic(before);
  for (const orderId of orders)
    before.addEmail(
      {
        occurredAt: '2026-11-30T12:00:00Z',
        payerId: 'alice',
        orderId: `next-${orderId}`,
        type: 'EmailRequested',
        status: 'payment_received',
        pence: 500,
      },
      began + 50_000,
    );
  expect(before.open).toBeLessThanOrEqual(20_000);
  const saved = before.save();
  expect(saved.orders.forgotten?.length).toBeLessThanOrEqual(50_000);
  const after = new Auditor();
  after.restore(JSON.parse(JSON.stringify(saved)));
  expect(after.verdict(shop)).toEqual(before.verdict(shop));
});
