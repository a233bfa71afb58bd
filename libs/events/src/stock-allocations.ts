import { type KeyedTopic, topic } from '@millrace/streams';
import { z } from 'zod';
import { count, largestQuantity, linePence, moment, name, ordinal, quantity } from './fields.ts';
import { guest, type Payer } from './payer.ts';
import { personal } from './personal.ts';
import { type CreditCause, creditCause } from './stock-movements.ts';

/**
 * A SKU's stock after a movement. Allocations of one SKU are spread over partitions, so a reader that keeps levels
 * keeps the one with the highest version.
 */
export interface StockLevel {
  /** Counts the SKU's movements, from 1. */
  readonly version: number;
  readonly onHand: number;
  /** Units that lines wait for and debits owe; above 0 only while nothing is on hand. */
  readonly backordered: number;
}

interface Allocation {
  readonly occurredAt: string;
  readonly orderId: string;
  readonly line: number;
  readonly sku: string;
  readonly level: StockLevel;
}

/** A line has all its units, at once or after it was backordered. */
export interface LineAllocated extends Allocation, Payer {
  readonly type: 'LineAllocated';
  /** How many lines of the order ask for stock. */
  readonly lines: number;
  readonly quantity: number;
  readonly pence: number;
}

/** A line waits for some or all of its units. */
export interface LineBackordered extends Allocation {
  readonly type: 'LineBackordered';
  readonly quantity: number;
  readonly pence: number;
  /** Units it lacks; the rest is set aside for it. */
  readonly lacking: number;
}

/** Stock came in or went out without a sale. */
export interface StockChanged extends Allocation {
  readonly type: 'StockChanged';
  readonly cause: CreditCause;
  /** The refund that a return belongs to, otherwise the document itself. */
  readonly reference: string;
  /** Counts the steps that a large credit is taken in with, from 0. */
  readonly part: number;
  /** What this part moved; negative for units written off. */
  readonly quantity: number;
}

export type StockAllocation = LineAllocated | LineBackordered | StockChanged;

const allocation = {
  occurredAt: moment,
  orderId: name,
  line: ordinal,
  sku: name,
  level: z.object({ version: ordinal, onHand: count, backordered: count }),
};

export const stockAllocationSchema: z.ZodType<StockAllocation> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('LineAllocated'),
    ...allocation,
    payerId: personal(name),
    guest,
    lines: ordinal,
    quantity,
    pence: linePence,
  }),
  z.object({
    type: z.literal('LineBackordered'),
    ...allocation,
    quantity,
    pence: linePence,
    lacking: quantity,
  }),
  z.object({
    type: z.literal('StockChanged'),
    ...allocation,
    cause: creditCause,
    reference: name,
    part: count,
    quantity: z.int().min(-largestQuantity).max(largestQuantity),
  }),
]);

export const stockAllocations: KeyedTopic<StockAllocation> = topic('stock-allocations', {
  schema: stockAllocationSchema,
  key: (event) => event.orderId,
  id: (event) =>
    event.type === 'StockChanged'
      ? `${event.type}:${event.cause}:${event.reference}:${event.line}:${event.part}`
      : `${event.type}:${event.orderId}:${event.line}`,
});
