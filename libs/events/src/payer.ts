const guestPrefix = 'guest-';

/** Who pays: the customer, or a guest known only by the number of the order. */
export function payerOf(customerId: string | undefined, orderNumber: string): string {
  return customerId ? customerId : guestPrefix + orderNumber;
}

export function isGuest(payerId: string): boolean {
  return payerId.startsWith(guestPrefix);
}
