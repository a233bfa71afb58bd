import { integer } from '@millrace/service';
import { z } from 'zod';

export interface InventoryConfig {
  /** Units of every SKU before its first movement. */
  readonly OPENING_STOCK: number;
}

export const inventoryVariables: z.ZodType<InventoryConfig> = z.object({
  OPENING_STOCK: integer({ default: 200, min: 0, max: 1_000_000_000 }),
});
