import { createSecretKey, randomBytes } from 'node:crypto';
import { paymentEventSchema, sealPaymentEvent } from '@millrace/events';
import { expect, test } from 'vitest';
import { placeOrder, placeRefund } from '../../src/domain/requests.ts';
import { type Visit, visitOf } from '../../src/domain/shopper.ts';
import { reorder } from '../../src/domain/supplier.ts';

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

test('for days nearly every order finds its stock, and the shelves do not overflow', () => {
  const shelf = new Map<string, number>();
  const move = (sku: string, pieces: number): number => {
    const left = (shelf.get(sku) ?? 200) + pieces;
    shelf.set(sku, left);
    return left;
  };
  let orders = 0;
  let waiting = 0;
  // Three days at two visits a second.
  for (let number = 0; number < 3 * 24 * 3600 * 2; number++) {
    const { purchase, refund } = visitOf(7, number, at);
    const lefts = purchase?.basket.map(({ sku, quantity }) => move(sku, -quantity)) ?? [];
    if (purchase) orders += 1;
    if (lefts.some((left) => left < 0)) waiting += 1;
    for (const { sku, quantity } of refund?.basket ?? []) move(sku, quantity);
    if (number % 10 > 0) continue;
    for (const [sku, left] of [...shelf]) {
      const level = { version: 1, onHand: Math.max(left, 0), backordered: Math.max(-left, 0) };
      move(sku, reorder(sku, level)?.quantity ?? 0);
    }
  }
  expect(orders).toBeGreaterThan(300_000);
  expect(waiting / orders).toBeLessThan(0.001);
  expect(Math.max(...shelf.values())).toBeLessThan(400);
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

function share(has: (visit: Visit) => boolean): number {
  return visits.filter(has).length / visits.length;
}
