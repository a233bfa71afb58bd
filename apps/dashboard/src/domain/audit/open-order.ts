import type { PaymentEvent, PaymentResult } from '@millrace/events';

/** What is known of an order or a refund until all of it has happened. Which of its events is read first is chance. */
export interface OpenOrder {
  readonly id: string;
  /** When its first event was stored, milliseconds since the epoch. */
  readonly since: number;
  /** When its newest event was stored. */
  movedAt: number;
  requested?: number;
  stockLines?: number;
  result?: { readonly kind: 'captured' | 'declined' | 'refunded' | 'refused'; readonly pence: number };
  /** Pence that the e-mail about the payment names. */
  told?: number;
  linesAllocated: number;
  /** Lines that wait for stock. */
  readonly backordered: Set<number>;
  allocated?: number;
  shipped: boolean;
  delivered: boolean;
}

/** As JSON can hold it. */
export interface SavedOrder extends Omit<OpenOrder, 'backordered'> {
  readonly backordered: readonly number[];
}

export const resultKinds = {
  PaymentCaptured: 'captured',
  PaymentDeclined: 'declined',
  PaymentRefunded: 'refunded',
  RefundDeclined: 'refused',
} as const;

export function newOrder(id: string, since: number): OpenOrder {
  return {
    id,
    since,
    movedAt: since,
    linesAllocated: 0,
    backordered: new Set(),
    shipped: false,
    delivered: false,
  };
}

/** Refunds are followed beside orders. */
export function idOf(event: PaymentEvent | PaymentResult): string {
  return 'refundId' in event ? `refund ${event.refundId}` : event.orderId;
}

/** As people know it. */
export function plainId(id: string): string {
  return id.replace(/^refund /, '');
}

export function isComplete(order: OpenOrder): boolean {
  const { requested, result, told, stockLines = 0 } = order;
  if (requested === undefined || !result) return false;
  switch (result.kind) {
    case 'refused':
      return true;
    case 'declined':
    case 'refunded':
      return told !== undefined;
    case 'captured':
      if (told === undefined) return false;
      if (stockLines === 0) return true;
      return (
        order.linesAllocated === stockLines &&
        order.allocated === stockLines &&
        order.shipped &&
        order.delivered
      );
    default:
      return result.kind satisfies never;
  }
}
