import { type KeyedTopic, topic } from '@millrace/streams';
import { z } from 'zod';
import { count, linePence, moment, name, ordinal, quantity } from './fields.ts';
import { guest, type Payer } from './payer.ts';
import { personal } from './personal.ts';

interface Movement {
  readonly occurredAt: string;
  readonly orderId: string;
  /** The line of the order or document that moves stock. */
  readonly line: number;
  readonly sku: string;
  readonly quantity: number;
}

/** A paid line asks for its units. */
export interface StockDemanded extends Movement, Payer {
  readonly type: 'StockDemanded';
  /** How many lines of the order ask for stock. */
  readonly lines: number;
  readonly pence: number;
}

export type CreditCause = 'return' | 'delivery' | 'correction';

/** Units come in. */
export interface StockCredited extends Movement {
  readonly type: 'StockCredited';
  readonly cause: CreditCause;
  /** The refund that a return belongs to, otherwise the document itself. */
  readonly reference: string;
  /** Counts the steps that a large credit is taken in with, from 0: each fills a bounded number of lines. */
  readonly part: number;
}

/** Units are written off. */
export interface StockDebited extends Movement {
  readonly type: 'StockDebited';
}

export type StockMovement = StockDemanded | StockCredited | StockDebited;

export const creditCause: z.ZodType<CreditCause> = z.enum(['return', 'delivery', 'correction']);

const movement = { occurredAt: moment, orderId: name, line: ordinal, sku: name, quantity };

export const stockMovementSchema: z.ZodType<StockMovement> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('StockDemanded'),
    ...movement,
    payerId: personal(name),
    guest,
    lines: ordinal,
    pence: linePence,
  }),
  z.object({
    type: z.literal('StockCredited'),
    ...movement,
    cause: creditCause,
    reference: name,
    part: count,
  }),
  z.object({ type: z.literal('StockDebited'), ...movement }),
]);

export const stockMovements: KeyedTopic<StockMovement> = topic('stock-movements', {
  schema: stockMovementSchema,
  key: (event) => event.sku,
  id: (event) =>
    event.type === 'StockCredited'
      ? `${event.type}:${event.cause}:${event.reference}:${event.line}:${event.part}`
      : `${event.type}:${event.orderId}:${event.line}`,
});
