import { z } from 'zod';

/** Any text that is not empty. */
export const text: z.ZodString = z.string().min(1);

/** What a person is told of a text that is not storable. */
export const notStorable = 'must not contain U+0000 or a lone surrogate';

/**
 * Names and numbers of orders, payers, refunds, stock-keeping units: without U+0000 and lone surrogates, which
 * databases cannot store.
 */
export const name: z.ZodString = text.refine(isStorable, notStorable);

/** Whether every SQL database can store the text as it stands. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** ISO 8601, UTC. */
export const moment: z.ZodISODateTime = z.iso.datetime();

/** Integer minor units, never below 0. */
export const pence: z.ZodInt = z.int().nonnegative();

/** Pieces of one line at the most. */
export const largestQuantity = 1_000_000_000;

/** Pence of one line at the most. */
export const largestLinePence = 1_000_000_000_000;

/** Pieces of one line. */
export const quantity: z.ZodInt = z.int().positive().max(largestQuantity);

/** What a correction moves: never 0, negative for pieces written off. */
export const signedQuantity: z.ZodType<number> = z
  .int()
  .min(-largestQuantity)
  .max(largestQuantity)
  .refine((pieces) => pieces !== 0, 'must not be 0');

/** The amount of one line, in pence. */
export const linePence: z.ZodInt = z.int().nonnegative().max(largestLinePence);

/** A number of a line or a version: from 1. */
export const ordinal: z.ZodInt = z.int().positive();

export const count: z.ZodInt = z.int().nonnegative();

/** All that may be shown of a card's number. */
export const lastFour: z.ZodString = z.string().regex(/^\d{4}$/);
