import type { LineAllocated, OrderAllocated } from '@millrace/events';

/** How far an order of several lines has got. */
export interface Collected {
  readonly lines: number;
  /** When the latest of them was allocated. */
  readonly occurredAt: string;
}

export interface Collection {
  /** What the order's state becomes; undefined deletes it. */
  readonly collected: Collected | undefined;
  readonly order?: OrderAllocated;
}

/** Counts a line of its order; the last one completes it. Each line must be counted once. */
export function collect(before: Collected | undefined, line: LineAllocated): Collection {
  const lines = (before?.lines ?? 0) + 1;
  const occurredAt = before && before.occurredAt > line.occurredAt ? before.occurredAt : line.occurredAt;
  if (lines < line.lines) return { collected: { lines, occurredAt } };
  const { orderId, payerId, guest } = line;
  return {
    collected: undefined,
    order: { type: 'OrderAllocated', occurredAt, orderId, payerId, guest, lines },
  };
}
