import { type Card, type Channel, isStorable, notStorable } from '@millrace/events';
import { z } from 'zod';
import type { BasketItem } from '../domain/basket.ts';

/** The name of a customer or an order. */
export const name: z.ZodString = z.string().trim().min(1).max(100).refine(isStorable, notStorable);

/** Large enough for any shop, small enough that a whole order's pence are exact. */
const most = 100_000;

const sku = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^\d{5}[A-Z]{0,2}$/, 'must be five digits and at most two letters');

export const basket: z.ZodType<BasketItem[]> = z
  .array(z.object({ sku, quantity: z.int().min(1).max(most) }))
  .min(1)
  .max(500);

export const correction: z.ZodType<BasketItem[]> = z
  .array(
    z.object({
      sku,
      quantity: z
        .int()
        .min(-most)
        .max(most)
        .refine((quantity) => quantity !== 0, 'must not be 0'),
    }),
  )
  .min(1)
  .max(500);

export const channel: z.ZodType<Channel> = z.enum(['web', 'mobile']).default('web');

/** Only the form is checked here, whether a card is good is decided by the payment service. A security code is not kept. */
export const card: z.ZodType<Card> = z.object({
  number: z
    .string()
    .transform((number) => number.replace(/[ -]/g, ''))
    .pipe(z.string().regex(/^\d{12,19}$/, 'must be 12 to 19 digits')),
  expiry: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be YYYY-MM'),
});

export const headers: z.ZodType<{ 'idempotency-key'?: string | undefined }> = z.object({
  'idempotency-key': z.string().min(1).max(200).optional(),
});
