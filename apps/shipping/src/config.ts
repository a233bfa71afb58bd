import { integer } from '@millrace/service';
import { z } from 'zod';

export interface ShippingConfig {
  /** How long a delivery takes; with 0 an order is delivered in the step that ships it. */
  readonly DELIVERY_DELAY_MS: number;
}

export const shippingVariables: z.ZodType<ShippingConfig> = z.object({
  DELIVERY_DELAY_MS: integer({ default: 3_000, min: 0, max: 30 * 24 * 3_600_000 }),
});
