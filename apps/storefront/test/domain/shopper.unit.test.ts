import { createSecretKey, randomBytes } from 'node:crypto';
import { paymentEventSchema, sealPaymentEvent } from '@millrace/events';
import { expect, test } from 'vitest';
import type { BasketItem } from '../../src/domain/basket.ts';
import { placeOrder, placeRefund } from '../../src/domain/requests.ts';
import { type Visit, visitOf } from '../../src/domain/shopper.ts';

const key = createSecretKey(randomBytes(32));
const at = new Date('2025-11-22T20:00:00Z');
const visits = Array.from({ length: 5000 }, (_, number) => visitOf(7, number, at));

test('a visit depends on seed, number and time alone', () => {
  expect(visitOf(7, 4321, at)).toEqual(visits[4321]);
  expect(visitOf(8, 4321, at)).not.toEqual(visits[4321]);
});

test('visits are a believable mixture', () => {
  expect(share(({ purchase }) => purchase !== undefined)).toBeCloseTo(0.6, 1);
  expect(share(({ refund }) => refund !== undefined)).toBeGreaterThan(0.01);
  expect(share(({ visitor }) => visitor.channel === 'mobile')).toBeCloseTo(0.4, 1);
  expect(share(({ visitor }) => visitor.customerId === undefined)).toBeCloseTo(0.25, 1);
  expect(share(({ purchase }) => purchase?.card.number === '4242424242424241')).toBeGreaterThan(0.01);
  expect(share(({ purchase }) => purchase !== undefined && purchase.card.expiry < '2025-11')).toBeGreaterThan(
    0.01,
  );
  const mean = visits.reduce((total, { pause }) => total + pause, 0) / visits.length;
  expect(mean).toBeCloseTo(1, 1);
});

test('every purchase and refund can be placed, and some purchases are suspiciously large', () => {
  const shopper = { orderId: 'S-1', payerId: '12001', channel: 'web' } as const;
  const payments = visits.flatMap(({ purchase }) => {
    const placed = purchase && placeOrder({ ...shopper, ...purchase }, at.toISOString());
    return placed
      ? [
          placed.outcome === 'accepted'
            ? paymentEventSchema.parse(sealPaymentEvent(placed.payment, key)).pence
            : Number.NaN,
        ]
      : [];
  });
  expect(Math.min(...payments)).toBeGreaterThan(0);
  expect(Math.max(...payments)).toBeGreaterThan(1_000_000);
  for (const { refund } of visits) {
    const placed = refund && placeRefund({ ...shopper, ...refund, refundId: 'R-1' }, at.toISOString());
    expect(placed?.outcome).not.toBe('refused');
  }
});

test('suppliers deliver about as much as is bought', () => {
  const bought = units(visits.flatMap(({ purchase }) => purchase?.basket ?? []));
  const delivered = units(visits.flatMap(({ delivery }) => delivery ?? []));
  expect(delivered / bought).toBeGreaterThan(0.8);
  expect(delivered / bought).toBeLessThan(1.5);
});

test('a refund brings back no more than its visit bought, by the same customer', () => {
  for (const [number, { refund }] of visits.entries()) {
    if (!refund) continue;
    expect(refund.visit).toBeLessThan(number);
    const bought = visits[refund.visit]?.purchase;
    expect(bought?.customerId).toBe(refund.customerId);
    for (const { sku, quantity } of refund.basket) {
      expect(bought?.basket.find((item) => item.sku === sku)?.quantity).toBeGreaterThanOrEqual(quantity);
    }
  }
});

function units(items: readonly BasketItem[]): number {
  return items.reduce((total, { quantity }) => total + quantity, 0);
}

function share(has: (visit: Visit) => boolean): number {
  return visits.filter(has).length / visits.length;
}
