import { z } from 'zod';

/** Names and numbers of orders, payers, refunds, stock-keeping units. */
export const name: z.ZodString = z.string().min(1);

/** ISO 8601, UTC. */
export const moment: z.ZodISODateTime = z.iso.datetime();

/** Integer minor units, never below 0. */
export const pence: z.ZodInt = z.int().nonnegative();

export const units: z.ZodInt = z.int().positive();

export const count: z.ZodInt = z.int().nonnegative();

/** All that may be shown of a card's number. */
export const lastFour: z.ZodString = z.string().regex(/^\d{4}$/);
