import type { InventoryResult, PaymentResult } from '@millrace/events';
import { isGuest } from '@millrace/events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lifetimeValue, type Profile } from '../../src/domain/profile.ts';
import { add, changeBy, merge, type ProfileChange } from '../../src/domain/profile-change.ts';

const first = '2010-12-01T08:26:00.000Z';
const later = '2011-03-01T09:00:00.000Z';
const order = { orderId: '536365', payerId: '17850' };
const paid = { ...order, channel: 'web', stockLines: 1, cardLastFour: '4242' } as const;

const captured: PaymentResult = { type: 'PaymentCaptured', ...paid, occurredAt: first, pence: 5000 };
const refunded: PaymentResult = {
  type: 'PaymentRefunded',
  ...paid,
  occurredAt: later,
  pence: 1200,
  refundId: 'R1',
};
const declined: PaymentResult = { ...captured, type: 'PaymentDeclined', reason: 'expired_card' };
const refused: PaymentResult = { ...refunded, type: 'RefundDeclined', reason: 'exceeds_captured' };
const allocated: InventoryResult = { type: 'OrderAllocated', ...order, occurredAt: first, lines: 1 };

test('a profile adds up what was captured, refunded and allocated', () => {
  const profile = fold([captured, allocated, refunded, captured]);
  expect(profile).toEqual({
    customerId: '17850',
    orders: 2,
    refunds: 1,
    allocatedOrders: 1,
    capturedPence: 10_000,
    refundedPence: 1200,
    firstSeenAt: first,
    lastSeenAt: later,
  });
  expect(profile && lifetimeValue(profile)).toBe(8800);
});

test.each([declined, refused])('a $type leaves no trace', (event) => {
  expect(changeBy(event, isGuest)).toBeUndefined();
});

test('guests have no profile', () => {
  for (const event of [captured, refunded, allocated]) {
    expect(changeBy({ ...event, payerId: 'guest-536365', guest: true }, isGuest)).toBeUndefined();
    // As events of older versions are.
    expect(changeBy({ ...event, payerId: 'guest-536365' }, isGuest)).toBeUndefined();
  }
});

test('a customer whose name looks like a guest has a profile', () => {
  for (const event of [captured, refunded, allocated]) {
    expect(changeBy({ ...event, payerId: 'guest-536365', guest: false }, isGuest)).toMatchObject({
      customerId: 'guest-536365',
    });
  }
});

const events = fc.array(
  fc.constantFrom(captured, refunded, allocated, { ...captured, payerId: '12346', occurredAt: later }),
);

test('the order of events does not matter, nor how they are batched', () => {
  fc.assert(
    fc.property(events, events, (some, others) => {
      const all = changes([...some, ...others]);
      expect(sorted(merge([...all].reverse()))).toEqual(sorted(merge(all)));
      expect(sorted(merge([...merge(changes(some)), ...merge(changes(others))]))).toEqual(sorted(merge(all)));
    }),
  );
});

function changes(all: readonly (PaymentResult | InventoryResult)[]): ProfileChange[] {
  return all.flatMap((event) => changeBy(event, isGuest) ?? []);
}

function fold(all: readonly (PaymentResult | InventoryResult)[]): Profile | undefined {
  return changes(all).reduce<Profile | undefined>(add, undefined);
}

function sorted(profiles: readonly Profile[]): Profile[] {
  return profiles.toSorted((one, other) => one.customerId.localeCompare(other.customerId));
}
