import {
  type CardKeyConfig,
  cardKeyVariables,
  decimal,
  integer,
  onOff,
  optionalUrl,
} from '@millrace/service';
import type { SqlConfig } from '@millrace/service/sql';
import { z } from 'zod';

export interface StorefrontConfig extends CardKeyConfig, SqlConfig {
  /** Whether the built-in shopper makes traffic. */
  readonly SHOPPER: boolean;
  readonly SHOPPER_PER_SECOND: number;
  /** One seed makes one shopper. */
  readonly SHOPPER_SEED: number;
}

const own = z.object({
  DATABASE_URL: optionalUrl(['postgres:', 'postgresql:'], 'postgres://user:password@localhost:5432/shop'),
  SHOPPER: onOff('on'),
  SHOPPER_PER_SECOND: decimal({ default: 2, min: 0.01, max: 1_000 }),
  SHOPPER_SEED: integer({ default: 1, min: 0, max: 4_294_967_295 }),
});

export const storefrontVariables: z.ZodType<StorefrontConfig> = z.intersection(own, cardKeyVariables);
