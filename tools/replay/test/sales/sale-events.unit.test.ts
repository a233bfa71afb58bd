import { createSecretKey, randomBytes } from 'node:crypto';
import { inventoryEventSchema, paymentEventSchema, sealPaymentEvent } from '@millrace/events';
import { describe, expect, test } from 'vitest';
import type { Invoice } from '../../src/sales/invoices.ts';
import type { SalesRow } from '../../src/sales/parse-row.ts';
import { eventsOf } from '../../src/sales/sale-events.ts';

const placedAt = '2010-12-01T08:26:00.000Z';

function row(part: Partial<SalesRow>): SalesRow {
  return {
    invoice: '536365',
    code: '85123A',
    quantity: 6,
    pence: 1530,
    placedAt,
    customer: '17850',
    ...part,
  };
}

function events(first: SalesRow, ...more: readonly SalesRow[]) {
  const invoice: Invoice = { number: first.invoice, rows: [first, ...more] };
  return eventsOf(invoice, first.invoice);
}

describe('a sale', () => {
  const sale = events(
    row({}),
    row({ code: 'POST', quantity: 1, pence: 1800 }),
    row({ code: '71053', quantity: -2, pence: 678 }),
    row({
      code: '84406B',
      quantity: 8,
      pence: 2200,
      customer: '99999',
      placedAt: '2011-01-01T00:00:00.000Z',
    }),
  );

  test('is paid for with its positive lines, by the customer of its first row', () => {
    expect(sale.kind).toBe('sale');
    expect(sale.rows).toBe(4);
    expect(sale.payments).toEqual([
      {
        type: 'PaymentRequested',
        occurredAt: placedAt,
        orderId: '536365',
        payerId: '17850',
        guest: false,
        channel: 'web',
        pence: 5530,
        stockLines: 2,
        card: { number: '4242424242424242', expiry: '2030-12' },
      },
    ]);
  });

  test('asks for its positive products and writes its negative ones off', () => {
    expect(sale.inventory).toEqual([
      {
        type: 'StockRequested',
        occurredAt: placedAt,
        orderId: '536365',
        lines: [
          { line: 1, sku: '85123A', quantity: 6, pence: 1530 },
          { line: 4, sku: '84406B', quantity: 8, pence: 2200 },
        ],
      },
      {
        type: 'StockAdjusted',
        occurredAt: placedAt,
        orderId: '536365',
        lines: [{ line: 3, sku: '71053', quantity: -2 }],
      },
    ]);
  });

  test('without products asks for no stock', () => {
    const { payments, inventory } = events(row({ code: 'POST' }));
    expect(payments).toMatchObject([{ stockLines: 0 }]);
    expect(inventory).toEqual([]);
  });

  test('without a customer is paid for by a guest', () => {
    expect(events(row({ customer: '' })).payments).toMatchObject([{ payerId: 'guest-536365', guest: true }]);
    expect(events(row({ customer: 'guest-536365' })).payments).toMatchObject([
      { payerId: 'guest-536365', guest: false },
    ]);
  });

  test.each([
    ['97', '4242424242424241', '2030-12'],
    ['8633', '4242424242424241', '2030-12'],
    ['89', '4242424242424242', '2009-12'],
    ['0', '4242424242424241', '2030-12'],
    ['17850', '4242424242424242', '2030-12'],
    ['97x', '4242424242424242', '2030-12'],
    ['', '4242424242424242', '2030-12'],
    ['97'.padEnd(400, '0'), '4242424242424241', '2030-12'],
  ])('of customer %s is paid for with the card %s %s', (customer, number, expiry) => {
    expect(events(row({ customer })).payments).toMatchObject([{ card: { number, expiry } }]);
  });
});

describe('a cancellation', () => {
  const first = row({ invoice: 'C536379', quantity: -1, code: 'D', pence: 2750 });

  test('asks for its negative lines back and returns its negative products', () => {
    const { kind, payments, inventory } = events(
      first,
      row({ invoice: 'C536379', quantity: -3, pence: 900 }),
      row({ invoice: 'C536379', quantity: 1, pence: 100 }),
    );
    const refund = { occurredAt: placedAt, orderId: 'C536379', refundId: 'C536379' };
    expect(kind).toBe('cancellation');
    expect(payments).toEqual([
      {
        type: 'RefundRequested',
        ...refund,
        payerId: '17850',
        guest: false,
        channel: 'web',
        pence: 3650,
        stockLines: 1,
      },
    ]);
    expect(inventory).toEqual([
      { type: 'StockReturned', ...refund, lines: [{ line: 2, sku: '85123A', quantity: 3, pence: 900 }] },
    ]);
  });

  test('without negative products returns no stock, and without negative lines no money', () => {
    expect(events(first)).toMatchObject({ payments: [{ pence: 2750, stockLines: 0 }], inventory: [] });
    const positive = events(row({ invoice: 'C536379', quantity: 1 }));
    expect(positive).toMatchObject({ payments: [{ pence: 0, stockLines: 0 }], inventory: [] });
  });
});

test('an invoice of negative quantities alone is a correction of stock', () => {
  const { kind, payments, inventory } = events(row({ quantity: -6 }), row({ quantity: -1, code: 'M' }));
  expect(kind).toBe('adjustment');
  expect(payments).toEqual([]);
  expect(inventory).toMatchObject([{ type: 'StockAdjusted', lines: [{ line: 1, quantity: -6 }] }]);
});

test('a correction of nothing that is stocked has no events', () => {
  expect(events(row({ quantity: -6, code: 'M' }))).toMatchObject({
    kind: 'adjustment',
    payments: [],
    inventory: [],
  });
});

test.each(['A563185', 'X1', '²1'])('the invoice %s is unsupported', (invoice) => {
  expect(events(row({ invoice }))).toMatchObject({ kind: 'unsupported', payments: [], inventory: [] });
});

test.each([
  ['85123', true],
  ['85123AB', true],
  ['85123ABC', false],
  ['8512', false],
  ['851234', false],
  ['POST', false],
  ['C2', false],
])('%s is a product: %s', (code, product) => {
  expect(events(row({ code })).inventory.length).toBe(product ? 1 : 0);
});

test('all events are what their topics accept, once their cards are sealed', () => {
  const { payments, inventory } = events(row({}), row({ quantity: -1 }));
  const key = createSecretKey(randomBytes(32));
  for (const payment of payments) {
    const event = sealPaymentEvent(payment, key);
    expect(paymentEventSchema.parse(event)).toEqual(event);
  }
  for (const event of inventory) expect(inventoryEventSchema.parse(event)).toEqual(event);
});
