import type { Profile } from '../domain/profile.ts';

/** A row of `customers`. */
export interface CustomerRow {
  customer_id: string;
  orders: number;
  refunds: number;
  allocated_orders: number;
  captured_pence: number;
  refunded_pence: number;
  first_seen_at: string;
  last_seen_at: string;
}

export const customerColumns: readonly (keyof CustomerRow)[] = [
  'customer_id',
  'orders',
  'refunds',
  'allocated_orders',
  'captured_pence',
  'refunded_pence',
  'first_seen_at',
  'last_seen_at',
];

/** How a change is added to a profile that is there. */
export const addToCustomer: string = `on conflict (customer_id) do update set
  orders = customers.orders + excluded.orders,
  refunds = customers.refunds + excluded.refunds,
  allocated_orders = customers.allocated_orders + excluded.allocated_orders,
  captured_pence = customers.captured_pence + excluded.captured_pence,
  refunded_pence = customers.refunded_pence + excluded.refunded_pence,
  first_seen_at = case when excluded.first_seen_at < customers.first_seen_at
    then excluded.first_seen_at else customers.first_seen_at end,
  last_seen_at = case when excluded.last_seen_at > customers.last_seen_at
    then excluded.last_seen_at else customers.last_seen_at end`;

export function toValues(profile: Profile): (string | number)[] {
  return [
    profile.customerId,
    profile.orders,
    profile.refunds,
    profile.allocatedOrders,
    profile.capturedPence,
    profile.refundedPence,
    profile.firstSeenAt,
    profile.lastSeenAt,
  ];
}

export function toProfile(row: CustomerRow): Profile {
  return {
    customerId: row.customer_id,
    orders: row.orders,
    refunds: row.refunds,
    allocatedOrders: row.allocated_orders,
    capturedPence: row.captured_pence,
    refundedPence: row.refunded_pence,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
  };
}
