import type { OpenOrder } from './open-order.ts';

export interface Waiting {
  readonly count: number;
  /** When the first of them began, milliseconds since the epoch. */
  readonly since: number;
}

/**
 * Orders to which nothing has happened since `before`, and that do not wait for stock. One that goes on slowly, because one
 * service after the other was away, is not among them.
 */
export function* overdueOf(
  orders: Iterable<OpenOrder>,
  before: number,
): Generator<OpenOrder, void, undefined> {
  for (const order of orders) if (order.movedAt < before && order.backordered.size === 0) yield order;
}

/** How many are overdue and since when; undefined when none is. */
export function waitingSince(orders: Iterable<OpenOrder>, before: number): Waiting | undefined {
  let count = 0;
  let first = Number.POSITIVE_INFINITY;
  for (const { since } of overdueOf(orders, before)) {
    count++;
    first = Math.min(first, since);
  }
  return count === 0 ? undefined : { count, since: first };
}

/** Ids of those that are overdue and whose request was never read. */
export function withoutRequest(orders: Iterable<OpenOrder>, before: number): readonly string[] {
  return [...overdueOf(orders, before)]
    .filter(({ requested }) => requested === undefined)
    .map(({ id }) => id);
}
