import type {
  OrderLine,
  Payer,
  StockAdjusted,
  StockCredited,
  StockDebited,
  StockDemanded,
  StockReceived,
} from '@millrace/events';

/** The lines that a sale asks for or that a refund brings back. */
export interface RequestedStock {
  readonly occurredAt: string;
  readonly lines: readonly OrderLine[];
}

/** How the payment of a sale or a refund ended. */
export interface Settlement extends Payer {
  readonly occurredAt: string;
  /** Captured or refunded; stock moves for nothing else. */
  readonly settled: boolean;
}

export function demands(orderId: string, stock: RequestedStock, payment: Settlement): StockDemanded[] {
  const occurredAt = later(stock, payment);
  const { payerId, guest } = payment;
  const lines = stock.lines.length;
  return stock.lines.map(({ line, sku, quantity, pence }) => ({
    type: 'StockDemanded',
    occurredAt,
    orderId,
    payerId,
    guest,
    lines,
    line,
    sku,
    quantity,
    pence,
  }));
}

export function returns(
  { orderId, refundId }: { readonly orderId: string; readonly refundId: string },
  stock: RequestedStock,
  refund: Settlement,
): StockCredited[] {
  const occurredAt = later(stock, refund);
  return stock.lines.map(({ line, sku, quantity }) => ({
    type: 'StockCredited',
    occurredAt,
    orderId,
    line,
    sku,
    quantity,
    cause: 'return',
    reference: refundId,
    part: 0,
  }));
}

export function deliveries({ occurredAt, orderId, lines }: StockReceived): StockCredited[] {
  return lines.map((line) => ({
    type: 'StockCredited',
    occurredAt,
    orderId,
    ...line,
    cause: 'delivery',
    reference: orderId,
    part: 0,
  }));
}

export function corrections({ occurredAt, orderId, lines }: StockAdjusted): (StockCredited | StockDebited)[] {
  return lines.map(({ line, sku, quantity }) =>
    quantity < 0
      ? { type: 'StockDebited', occurredAt, orderId, line, sku, quantity: -quantity }
      : {
          type: 'StockCredited',
          occurredAt,
          orderId,
          line,
          sku,
          quantity,
          cause: 'correction',
          reference: orderId,
          part: 0,
        },
  );
}

/** Times in ISO 8601 of one length compare as texts. */
function later(one: { readonly occurredAt: string }, other: { readonly occurredAt: string }): string {
  return one.occurredAt > other.occurredAt ? one.occurredAt : other.occurredAt;
}
