import { type KeyedTopic, topic } from '@millrace/streams';
import { z } from 'zod';
import { linePence, moment, name, ordinal, quantity, signedQuantity } from './fields.ts';

/** A line of a sale or of a refund. */
export interface OrderLine {
  /** The line's number within its order, from 1; lines that are no product leave gaps. */
  readonly line: number;
  readonly sku: string;
  readonly quantity: number;
  /** The whole line's amount. */
  readonly pence: number;
}

export interface StockLine {
  readonly line: number;
  readonly sku: string;
  /** Never 0; negative only in a correction. */
  readonly quantity: number;
}

/** A sale asks for stock; it gets it once its payment is captured. */
export interface StockRequested {
  readonly type: 'StockRequested';
  readonly occurredAt: string;
  readonly orderId: string;
  readonly lines: readonly OrderLine[];
}

/** A refund brings stock back, once it is paid. */
export interface StockReturned {
  readonly type: 'StockReturned';
  readonly occurredAt: string;
  readonly orderId: string;
  readonly refundId: string;
  readonly lines: readonly OrderLine[];
}

/** Stock is corrected up or down, whatever becomes of a payment. */
export interface StockAdjusted {
  readonly type: 'StockAdjusted';
  readonly occurredAt: string;
  /** The document under which it is corrected. */
  readonly orderId: string;
  readonly lines: readonly StockLine[];
}

/** A supplier delivers. */
export interface StockReceived {
  readonly type: 'StockReceived';
  readonly occurredAt: string;
  /** The purchase order that is delivered. */
  readonly orderId: string;
  readonly lines: readonly StockLine[];
}

export type InventoryEvent = StockRequested | StockReturned | StockAdjusted | StockReceived;

const place = { line: ordinal, sku: name };
const orderLines = z.array(z.object({ ...place, quantity, pence: linePence })).min(1);
const document = { occurredAt: moment, orderId: name };

export const inventoryEventSchema: z.ZodType<InventoryEvent> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('StockRequested'), ...document, lines: orderLines }),
  z.object({ type: z.literal('StockReturned'), ...document, refundId: name, lines: orderLines }),
  z.object({
    type: z.literal('StockAdjusted'),
    ...document,
    lines: z.array(z.object({ ...place, quantity: signedQuantity })).min(1),
  }),
  z.object({
    type: z.literal('StockReceived'),
    ...document,
    lines: z.array(z.object({ ...place, quantity })).min(1),
  }),
]);

export const inventoryEvents: KeyedTopic<InventoryEvent> = topic('inventory-events', {
  schema: inventoryEventSchema,
  key: (event) => event.orderId,
  id: (event) => `${event.type}:${event.type === 'StockReturned' ? event.refundId : event.orderId}`,
});
