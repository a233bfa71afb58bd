import type {
  Card,
  Channel,
  Payer,
  RefundRequested,
  StockAdjusted,
  StockReceived,
  StockRequested,
  StockReturned,
  UnsealedPaymentRequested,
} from '@millrace/events';
import { type BasketItem, price } from './basket.ts';

export interface OrderRequest extends Payer {
  readonly orderId: string;
  readonly channel: Channel;
  readonly card: Card;
  readonly basket: readonly BasketItem[];
}

export interface RefundRequest extends Payer {
  readonly refundId: string;
  readonly orderId: string;
  readonly channel: Channel;
  readonly basket: readonly BasketItem[];
}

export interface StockRequest {
  /** The purchase order or the document of a correction. */
  readonly orderId: string;
  readonly kind: 'delivery' | 'correction';
  readonly items: readonly BasketItem[];
}

export interface Refused {
  readonly outcome: 'refused';
  readonly unknownSkus: readonly string[];
}

export interface OrderPlaced {
  readonly outcome: 'accepted';
  readonly payment: UnsealedPaymentRequested;
  readonly stock: StockRequested;
}

export interface RefundPlaced {
  readonly outcome: 'accepted';
  readonly refund: RefundRequested;
  readonly stock: StockReturned;
}

export interface StockPlaced {
  readonly outcome: 'accepted';
  readonly stock: StockReceived | StockAdjusted;
}

/** Both events or none must be stored: each waits for the other. */
export function placeOrder(request: OrderRequest, occurredAt: string): OrderPlaced | Refused {
  const { orderId, payerId, guest, channel, card } = request;
  const { lines, pence, unknownSkus } = price(request.basket);
  if (unknownSkus.length > 0) return { outcome: 'refused', unknownSkus };
  const order = { occurredAt, orderId };
  return {
    outcome: 'accepted',
    payment: {
      type: 'PaymentRequested',
      ...order,
      payerId,
      guest,
      channel,
      pence,
      stockLines: lines.length,
      card,
    },
    stock: { type: 'StockRequested', ...order, lines },
  };
}

/** Both events or none must be stored: each waits for the other. */
export function placeRefund(request: RefundRequest, occurredAt: string): RefundPlaced | Refused {
  const { orderId, refundId, payerId, guest, channel } = request;
  const { lines, pence, unknownSkus } = price(request.basket);
  if (unknownSkus.length > 0) return { outcome: 'refused', unknownSkus };
  const refund = { occurredAt, orderId, refundId };
  return {
    outcome: 'accepted',
    refund: { type: 'RefundRequested', ...refund, payerId, guest, channel, pence, stockLines: lines.length },
    stock: { type: 'StockReturned', ...refund, lines },
  };
}

/** A delivery's quantities are positive, a correction's are not 0. */
export function placeStock(request: StockRequest, occurredAt: string): StockPlaced | Refused {
  const { lines, unknownSkus } = price(request.items);
  if (unknownSkus.length > 0) return { outcome: 'refused', unknownSkus };
  return {
    outcome: 'accepted',
    stock: {
      type: request.kind === 'delivery' ? 'StockReceived' : 'StockAdjusted',
      occurredAt,
      orderId: request.orderId,
      lines: lines.map(({ line, sku, quantity }) => ({ line, sku, quantity })),
    },
  };
}
