import type { InventoryResult, Payer, PaymentResult } from '@millrace/events';
import type { Profile } from './profile.ts';

/** What an event adds to a customer's profile. */
export type ProfileChange = Profile;

/** Undefined where nothing changes: for guests, and for payments and refunds that were declined. */
export function changeBy(
  event: PaymentResult | InventoryResult,
  isGuest: (payer: Payer) => boolean,
): ProfileChange | undefined {
  if (isGuest(event)) return undefined;
  switch (event.type) {
    case 'PaymentCaptured':
      return { ...seen(event), orders: 1, capturedPence: event.pence };
    case 'PaymentRefunded':
      return { ...seen(event), refunds: 1, refundedPence: event.pence };
    case 'OrderAllocated':
      return { ...seen(event), allocatedOrders: 1 };
    case 'PaymentDeclined':
    case 'RefundDeclined':
      return undefined;
    default:
      return event satisfies never;
  }
}

/**
 * Adds a change to a profile, or to another change. The order does not matter: a customer's orders lie in several
 * partitions, so their events come in any.
 */
export function add(profile: Profile | undefined, change: ProfileChange): Profile {
  if (!profile) return change;
  return {
    customerId: profile.customerId,
    orders: profile.orders + change.orders,
    refunds: profile.refunds + change.refunds,
    allocatedOrders: profile.allocatedOrders + change.allocatedOrders,
    capturedPence: profile.capturedPence + change.capturedPence,
    refundedPence: profile.refundedPence + change.refundedPence,
    firstSeenAt: profile.firstSeenAt < change.firstSeenAt ? profile.firstSeenAt : change.firstSeenAt,
    lastSeenAt: profile.lastSeenAt > change.lastSeenAt ? profile.lastSeenAt : change.lastSeenAt,
  };
}

/** One change a customer, so that a batch touches each profile once. */
export function merge(changes: Iterable<ProfileChange>): readonly ProfileChange[] {
  const merged = new Map<string, ProfileChange>();
  for (const change of changes) merged.set(change.customerId, add(merged.get(change.customerId), change));
  return [...merged.values()];
}

function seen({ payerId, occurredAt }: PaymentResult | InventoryResult): ProfileChange {
  return {
    customerId: payerId,
    orders: 0,
    refunds: 0,
    allocatedOrders: 0,
    capturedPence: 0,
    refundedPence: 0,
    firstSeenAt: occurredAt,
    lastSeenAt: occurredAt,
  };
}
