import type { InventoryEvent, PaymentResult, StockMovement } from '@millrace/events';
import {
  corrections,
  deliveries,
  demands,
  type RequestedStock,
  returns,
  type Settlement,
} from './movements.ts';

/** The half of a sale or of a refund that came first. */
export type Waiting = WaitingForPayment | WaitingForStock;

export interface WaitingForPayment extends RequestedStock {
  readonly for: 'payment';
}

export interface WaitingForStock extends Settlement {
  readonly for: 'stock';
}

export interface Joined {
  /** What becomes of the state under the event's join key; undefined deletes it. */
  readonly waiting: Waiting | undefined;
  /** One a line. */
  readonly movements: readonly StockMovement[];
}

/**
 * The state key under which the halves of a sale or refund meet; both lie in the order's partition. Undefined for what
 * waits for nothing: corrections, deliveries and results without stock.
 */
export function joinKey(event: InventoryEvent | PaymentResult): string | undefined {
  switch (event.type) {
    case 'StockAdjusted':
    case 'StockReceived':
      return undefined;
    case 'StockRequested':
      return `sale:${event.orderId}`;
    case 'StockReturned':
      return `refund:${event.refundId}`;
    case 'PaymentCaptured':
    case 'PaymentDeclined':
      return event.stockLines > 0 ? `sale:${event.orderId}` : undefined;
    case 'PaymentRefunded':
    case 'RefundDeclined':
      return event.stockLines > 0 ? `refund:${event.refundId}` : undefined;
    default:
      return event satisfies never;
  }
}

/** Joins an event with the half that waits under its join key, whichever of the two came first. */
export function join(waiting: Waiting | undefined, event: InventoryEvent | PaymentResult): Joined {
  switch (event.type) {
    case 'StockAdjusted':
      return { waiting, movements: corrections(event) };
    case 'StockReceived':
      return { waiting, movements: deliveries(event) };
    case 'StockRequested':
    case 'StockReturned':
      return waiting?.for === 'stock'
        ? meet(event, event, waiting)
        : wait({ for: 'payment', occurredAt: event.occurredAt, lines: event.lines });
    default:
      return joinResult(waiting, event);
  }
}

function joinResult(waiting: Waiting | undefined, result: PaymentResult): Joined {
  if (result.stockLines === 0) return { waiting, movements: [] };
  const { occurredAt, payerId, guest } = result;
  const settled = result.type === 'PaymentCaptured' || result.type === 'PaymentRefunded';
  return waiting?.for === 'payment'
    ? meet(result, waiting, { occurredAt, payerId, guest, settled })
    : wait({ for: 'stock', occurredAt, payerId, guest, settled });
}

interface SaleOrRefund {
  readonly orderId: string;
  readonly refundId?: string;
}

function meet(
  { orderId, refundId }: SaleOrRefund,
  requested: RequestedStock,
  settlement: Settlement,
): Joined {
  if (!settlement.settled) return { waiting: undefined, movements: [] };
  const movements =
    refundId === undefined
      ? demands(orderId, requested, settlement)
      : returns({ orderId, refundId }, requested, settlement);
  return { waiting: undefined, movements };
}

function wait(waiting: Waiting): Joined {
  return { waiting, movements: [] };
}
