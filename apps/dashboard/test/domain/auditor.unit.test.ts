import type { PaymentCaptured, PaymentRequested } from '@millrace/events';
import { describe, expect, test } from 'vitest';
import { Auditor } from '../../src/domain/audit/auditor.ts';

const base = { occurredAt: '2026-11-30T12:00:00Z', orderId: 'o1', payerId: 'alice' } as const;
const began = 1_000_000;
const late = began + 60_000;

const requested: PaymentRequested = {
  ...base,
  type: 'PaymentRequested',
  channel: 'web',
  pence: 500,
  stockLines: 1,
  card: { lastFour: '4242', sealed: 'sealed' },
};
const captured: PaymentCaptured = {
  ...base,
  type: 'PaymentCaptured',
  channel: 'web',
  pence: 500,
  stockLines: 1,
  cardLastFour: '4242',
};
const line = { ...base, line: 0, sku: '85123A', quantity: 2, lines: 1, pence: 500 } as const;

interface Story {
  readonly captured?: Partial<PaymentCaptured>;
  readonly told?: number;
  readonly level?: number;
  readonly delivered?: boolean;
}

/** One order from its request to its last e-mail, told by its events; what is given takes the place of what is right. */
function tell(auditor: Auditor, story: Story = {}): void {
  auditor.addRequest(requested, began);
  auditor.addResult({ ...captured, ...story.captured }, began + 1);
  auditor.addEmail(
    { ...base, type: 'EmailRequested', status: 'payment_received', pence: story.told ?? 500 },
    began + 2,
  );
  auditor.addMovement({ ...line, type: 'StockDemanded' });
  const level = { version: 1, onHand: 198, backordered: 0 };
  auditor.addAllocation({ ...line, type: 'LineAllocated', level }, began + 3);
  if (story.level !== undefined) {
    auditor.addMovement({ ...line, orderId: 'o2', type: 'StockDemanded' });
    auditor.addAllocation(
      {
        ...line,
        orderId: 'o2',
        type: 'LineAllocated',
        level: { version: 2, onHand: story.level, backordered: 0 },
      },
      began + 3,
    );
  }
  auditor.addAllocated({ ...base, type: 'OrderAllocated', lines: 1 }, began + 4);
  auditor.addEmail({ ...base, type: 'EmailRequested', status: 'product_shipped' }, began + 5);
  if (story.delivered !== false)
    auditor.addEmail({ ...base, type: 'EmailRequested', status: 'product_delivered' }, began + 6);
}

const shop = { now: late, readAll: true, held: [] };

describe('the auditor', () => {
  test('says that an order adds up that was paid, told, allocated, shipped and delivered once', () => {
    const auditor = new Auditor();
    tell(auditor);
    expect(auditor.verdict(shop)).toMatchObject({ state: 'adds-up', findingsInAll: 0 });
    expect(auditor.open).toBe(0);
  });

  test.each<[string, string, Story]>([
    ['another amount is captured than was asked for', 'money', { captured: { pence: 501 } }],
    ['an e-mail names another amount', 'e-mails', { told: 499 }],
  ])('finds that %s', (_, check, story) => {
    const auditor = new Auditor();
    tell(auditor, story);
    const verdict = auditor.verdict(shop);
    expect(verdict).toMatchObject({ state: 'wrong' });
    expect(verdict.checks.find(({ name }) => name === check)?.state).toBe('wrong');
    expect(verdict.findings.map((finding) => finding.check)).toContain(check);
  });

  test('finds stock that is gone without a movement', () => {
    const auditor = new Auditor();
    // 200 less 2 and 2 leaves 196.
    tell(auditor, { level: 190 });
    expect(auditor.verdict(shop).findings).toContainEqual(
      expect.objectContaining({ check: 'stock', says: '85123A: 190 units where 196 are left of 200' }),
    );
  });

  test.each([
    ['a result', (auditor: Auditor) => auditor.addResult(captured, late), 'money'],
    [
      'an e-mail',
      (auditor: Auditor) =>
        auditor.addEmail({ ...base, type: 'EmailRequested', status: 'product_delivered' }, late),
      'e-mails',
    ],
    [
      'the allocation of an order',
      (auditor: Auditor) => auditor.addAllocated({ ...base, type: 'OrderAllocated', lines: 1 }, late),
      'orders',
    ],
  ] as const)('finds %s that comes a second time', (_, again, check) => {
    const auditor = new Auditor();
    tell(auditor);
    again(auditor);
    expect(auditor.verdict(shop)).toMatchObject({ state: 'wrong', findings: [{ check, orderId: 'o1' }] });
  });

  test('finds an order that is stuck, unless something is said to hold it', () => {
    const auditor = new Auditor();
    tell(auditor, { delivered: false });
    expect(auditor.verdict({ ...shop, now: began + 10 })).toMatchObject({ state: 'adds-up' });
    const held = auditor.verdict({ ...shop, held: ['shipping is 3 behind'] });
    expect(held).toMatchObject({ state: 'waiting', says: '1 order waiting: shipping is 3 behind.' });
    const verdict = auditor.verdict(shop);
    expect(verdict).toMatchObject({ state: 'wrong', since: began });
    expect(verdict.says).toContain('o1');
  });

  test('does not call stuck what goes on slowly, one service after the other', () => {
    const auditor = new Auditor();
    auditor.addRequest(requested, began);
    auditor.addResult(captured, began + 29_000);
    expect(auditor.verdict({ ...shop, now: began + 58_000 })).toMatchObject({ state: 'adds-up' });
    expect(auditor.isUnderWay(began + 1)).toBe(true);
    expect(auditor.verdict({ ...shop, now: began + 60_000 })).toMatchObject({ state: 'wrong' });
  });

  test('says nothing before all was read', () => {
    const auditor = new Auditor();
    tell(auditor, { delivered: false });
    expect(auditor.verdict({ ...shop, readAll: false })).toMatchObject({ state: 'reading' });
  });
});

describe('an auditor that goes on from what another one knew', () => {
  test('finds what the other would have found, and no more', () => {
    const before = new Auditor();
    tell(before, { delivered: false });
    const after = new Auditor();
    after.restore(JSON.parse(JSON.stringify(before.save())));
    expect(after.open).toBe(1);
    after.addEmail({ ...base, type: 'EmailRequested', status: 'product_delivered' }, began + 6);
    expect(after.verdict(shop)).toMatchObject({ state: 'adds-up', findingsInAll: 0 });
    after.addEmail({ ...base, type: 'EmailRequested', status: 'product_delivered' }, began + 7);
    expect(after.verdict(shop)).toMatchObject({ state: 'wrong', findings: [{ check: 'e-mails' }] });
  });

  test('expects nothing of orders that began before it read', () => {
    const auditor = new Auditor();
    auditor.beginInTheMiddle();
    auditor.addEmail({ ...base, type: 'EmailRequested', status: 'product_shipped' }, began);
    expect(auditor.verdict(shop)).toMatchObject({ state: 'adds-up' });
    tell(auditor, { delivered: false });
    expect(auditor.verdict(shop)).toMatchObject({ state: 'wrong' });
  });
});

describe('a finding', () => {
  test('of an order is taken back when the order, read again, adds up', () => {
    const auditor = new Auditor();
    tell(auditor, { told: 499 });
    const [finding] = auditor.unconfirmed();
    if (!finding) throw new Error('nothing was found');
    auditor.decide(finding, true);
    expect(auditor.verdict(shop)).toMatchObject({ state: 'wrong' });
    expect(auditor.unconfirmed()).toEqual([]);
    auditor.decide(finding, false);
    expect(auditor.verdict(shop)).toMatchObject({ state: 'adds-up', findingsInAll: 0 });
  });

  test('about stock is taken back by a later movement with which it adds up', () => {
    const auditor = new Auditor();
    tell(auditor, { level: 190 });
    expect(auditor.verdict(shop)).toMatchObject({ findings: [{ check: 'stock' }] });
    auditor.addAllocation(
      {
        ...line,
        orderId: 'o3',
        type: 'LineAllocated',
        level: { version: 3, onHand: 194, backordered: 0 },
      },
      late,
    );
    expect(auditor.verdict({ ...shop, now: late })).toMatchObject({ findingsInAll: 0 });
  });
});
