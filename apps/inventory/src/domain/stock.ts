import type { Payer, StockLevel } from '@millrace/events';

/**
 * What is kept of a SKU: small however many lines wait. Those are state entries of their own, one a line, at the
 * positions from `head` up to `tail` (excluded) of the SKU's queue.
 */
export interface Stock {
  /** Counts movements. */
  readonly version: number;
  /** Above 0 only while nothing is owed and no line waits. */
  readonly onHand: number;
  /** Units written off that were not there; later credits pay them first. */
  readonly owed: number;
  /** Units that the waiting lines lack. */
  readonly backordered: number;
  readonly head: number;
  readonly tail: number;
  /** Units that credits have set aside for the line at the head. */
  readonly setAside: number;
}

/** A waiting line; written once, deleted when filled. */
export interface QueuedLine extends Payer {
  readonly orderId: string;
  readonly line: number;
  readonly lines: number;
  readonly quantity: number;
  readonly pence: number;
  /** Units it lacked when it was queued. */
  readonly lacking: number;
}

export function openStock(units: number): Stock {
  return { version: 0, onHand: units, owed: 0, backordered: 0, head: 0, tail: 0, setAside: 0 };
}

export function levelOf({ version, onHand, owed, backordered }: Stock): StockLevel {
  return { version, onHand, backordered: backordered + owed };
}

/** The state key of a queued line. */
export function queueKey(sku: string, position: number): string {
  return `${sku}/${position}`;
}
