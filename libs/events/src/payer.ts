import { z } from 'zod';

/** Who pays. */
export interface Payer {
  readonly payerId: string;
  /** Whether a guest pays, known only by the order. Events of older versions do not say it. */
  readonly guest?: boolean | undefined;
}

export const guest: z.ZodOptional<z.ZodBoolean> = z.boolean().optional();

const guestPrefix = 'guest-';

/** The customer, or a guest under the number of the order. */
export function payerOf(customerId: string | undefined, orderNumber: string): Payer {
  return customerId
    ? { payerId: customerId, guest: false }
    : { payerId: guestPrefix + orderNumber, guest: true };
}

/** A customer may be called anything: only where an event does not say what its payer is does the id tell it. */
export function isGuest({ payerId, guest }: Payer): boolean {
  return guest ?? payerId.startsWith(guestPrefix);
}
