import { inventoryEventSchema, paymentEventSchema } from '@millrace/events';
import { describe, expect, test } from 'vitest';
import { placeOrder, placeRefund, placeStock } from '../../src/domain/requests.ts';

const at = '2025-11-22T20:00:00.000Z';
const card = { number: '4242424242424242', expiry: '2030-12' };
const shopper = { orderId: 'S-1', payerId: '12001', channel: 'mobile' } as const;
const basket = [
  { sku: '10101A', quantity: 2 },
  { sku: '40401', quantity: 1 },
];

describe('an order', () => {
  test('asks for its payment and its stock, priced by the catalogue', () => {
    const placed = placeOrder({ ...shopper, card, basket }, at);
    expect(placed).toEqual({
      outcome: 'accepted',
      payment: {
        type: 'PaymentRequested',
        occurredAt: at,
        ...shopper,
        pence: 2 * 895 + 11900,
        stockLines: 2,
        card,
      },
      stock: {
        type: 'StockRequested',
        occurredAt: at,
        orderId: 'S-1',
        lines: [
          { line: 1, sku: '10101A', quantity: 2, pence: 1790 },
          { line: 2, sku: '40401', quantity: 1, pence: 11900 },
        ],
      },
    });
  });

  test('of something that the catalogue does not have is refused', () => {
    const unknown = [...basket, { sku: '99999', quantity: 1 }];
    expect(placeOrder({ ...shopper, card, basket: unknown }, at)).toEqual({
      outcome: 'refused',
      unknownSkus: ['99999'],
    });
  });
});

describe('a refund', () => {
  test('asks for the money and brings the stock back under its own number', () => {
    const placed = placeRefund({ ...shopper, refundId: 'R-1', basket }, at);
    if (placed.outcome === 'refused') throw new Error('refused');
    expect(paymentEventSchema.parse(placed.refund)).toMatchObject({
      refundId: 'R-1',
      pence: 13690,
      stockLines: 2,
    });
    expect(inventoryEventSchema.parse(placed.stock)).toMatchObject({
      refundId: 'R-1',
      lines: [{ line: 1 }, { line: 2 }],
    });
  });

  test('of something that the catalogue does not have is refused', () => {
    const refund = { ...shopper, refundId: 'R-1', basket: [{ sku: '99999', quantity: 1 }] };
    expect(placeRefund(refund, at)).toEqual({ outcome: 'refused', unknownSkus: ['99999'] });
  });
});

describe('stock', () => {
  test.each([
    ['delivery', 'StockReceived', 5],
    ['correction', 'StockAdjusted', -5],
  ] as const)('of a %s is %s', (kind, type, quantity) => {
    const placed = placeStock({ orderId: 'PO-1', kind, items: [{ sku: '10102', quantity }] }, at);
    const stock = { type, occurredAt: at, orderId: 'PO-1', lines: [{ line: 1, sku: '10102', quantity }] };
    expect(placed).toEqual({ outcome: 'accepted', stock });
    expect(inventoryEventSchema.parse(stock)).toEqual(stock);
  });

  test('that the catalogue does not have is refused', () => {
    const request = { orderId: 'PO-1', kind: 'delivery', items: [{ sku: 'X', quantity: 1 }] } as const;
    expect(placeStock(request, at)).toEqual({ outcome: 'refused', unknownSkus: ['X'] });
  });
});
