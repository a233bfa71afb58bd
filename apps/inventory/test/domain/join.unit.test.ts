import type { InventoryEvent, PaymentResult, StockMovement } from '@millrace/events';
import { describe, expect, test } from 'vitest';
import { join, joinKey, type Waiting } from '../../src/domain/join.ts';

const asked = '2010-12-01T08:26:00.000Z';
const paid = '2010-12-01T08:26:05.000Z';
const payer = { payerId: '17850', channel: 'web', pence: 2000 } as const;
const lines = [
  { line: 1, sku: '85123A', quantity: 6, pence: 1530 },
  { line: 3, sku: '71053', quantity: 2, pence: 470 },
];

const requested: InventoryEvent = { type: 'StockRequested', occurredAt: asked, orderId: '536365', lines };
const returned: InventoryEvent = { ...requested, type: 'StockReturned', orderId: '536365', refundId: 'R1' };
const result = { occurredAt: paid, orderId: '536365', ...payer, stockLines: 2 };
const captured: PaymentResult = { type: 'PaymentCaptured', ...result, cardLastFour: '4242' };
const declined: PaymentResult = { ...captured, type: 'PaymentDeclined', reason: 'suspected_fraud' };
const refunded: PaymentResult = { type: 'PaymentRefunded', ...result, refundId: 'R1' };
const refused: PaymentResult = { ...refunded, type: 'RefundDeclined', reason: 'exceeds_captured' };

const demands: StockMovement[] = lines.map((line) => ({
  type: 'StockDemanded',
  occurredAt: paid,
  orderId: '536365',
  payerId: '17850',
  lines: 2,
  ...line,
}));

const credits: StockMovement[] = lines.map(({ line, sku, quantity }) => ({
  type: 'StockCredited',
  occurredAt: paid,
  orderId: '536365',
  line,
  sku,
  quantity,
  cause: 'return',
  reference: 'R1',
  part: 0,
}));

describe.each([
  ['a captured sale', requested, captured, demands],
  ['a declined sale', requested, declined, []],
  ['a paid refund', returned, refunded, credits],
  ['a declined refund', returned, refused, []],
] as const)('%s', (_, stock, payment, movements) => {
  test('moves the same stock whichever half comes first, and leaves no state', () => {
    expect(fold([stock, payment])).toEqual({ movements, states: new Map() });
    expect(fold([payment, stock])).toEqual({ movements, states: new Map() });
  });

  test('moves nothing before both halves are there', () => {
    for (const half of [stock, payment])
      expect(fold([half])).toMatchObject({ movements: [], states: { size: 1 } });
  });
});

test('a sale and refunds of one order do not meet each other', () => {
  const another = { ...returned, refundId: 'R2' };
  const { movements, states } = fold([returned, captured, another, requested, refunded]);
  expect(movements).toEqual([...demands, ...credits]);
  expect(states.size).toBe(1);
});

test.each([captured, declined, refunded, refused])('a $type without stock waits for nothing', (payment) => {
  expect(fold([{ ...payment, stockLines: 0 }])).toEqual({ movements: [], states: new Map() });
});

test('a correction moves stock up or down at once', () => {
  const { movements } = fold([
    {
      type: 'StockAdjusted',
      occurredAt: asked,
      orderId: '536589',
      lines: [
        { line: 1, sku: '21777', quantity: -10 },
        { line: 2, sku: '21777', quantity: 4 },
      ],
    },
  ]);
  expect(movements).toMatchObject([
    { type: 'StockDebited', quantity: 10 },
    { type: 'StockCredited', quantity: 4, cause: 'correction', reference: '536589' },
  ]);
});

test('a delivery comes in at once', () => {
  const { movements } = fold([
    {
      type: 'StockReceived',
      occurredAt: asked,
      orderId: 'PO-1',
      lines: [{ line: 1, sku: '21777', quantity: 500 }],
    },
  ]);
  expect(movements).toMatchObject([
    { type: 'StockCredited', quantity: 500, cause: 'delivery', reference: 'PO-1' },
  ]);
});

function fold(events: readonly (InventoryEvent | PaymentResult)[]) {
  const states = new Map<string, Waiting>();
  const movements: StockMovement[] = [];
  for (const event of events) {
    const key = joinKey(event);
    const joined = join(key === undefined ? undefined : states.get(key), event);
    movements.push(...joined.movements);
    if (key !== undefined) joined.waiting ? states.set(key, joined.waiting) : states.delete(key);
  }
  return { movements, states };
}
