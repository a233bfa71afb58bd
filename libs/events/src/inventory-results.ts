import { type KeyedTopic, topic } from '@millrace/streams';
import { z } from 'zod';
import { moment, name, ordinal } from './fields.ts';
import { guest, type Payer } from './payer.ts';
import { personal } from './personal.ts';

/** Every line of the order has its stock: it can ship. */
export interface OrderAllocated extends Payer {
  readonly type: 'OrderAllocated';
  readonly occurredAt: string;
  readonly orderId: string;
  readonly lines: number;
}

export type InventoryResult = OrderAllocated;

export const inventoryResultSchema: z.ZodType<InventoryResult> = z.object({
  type: z.literal('OrderAllocated'),
  occurredAt: moment,
  orderId: name,
  payerId: personal(name),
  guest,
  lines: ordinal,
});

export const inventoryResults: KeyedTopic<InventoryResult> = topic('inventory-results', {
  schema: inventoryResultSchema,
  key: (event) => event.orderId,
  id: (event) => `${event.type}:${event.orderId}`,
});
