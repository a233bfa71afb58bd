import type { OrderAllocated, ProductDeliveredEmail, ProductShippedEmail } from '@millrace/events';

/** What a customer is told when the order leaves the house. */
export function ship(order: OrderAllocated): ProductShippedEmail {
  return { ...emailAbout(order), occurredAt: order.occurredAt, status: 'product_shipped' };
}

/** What a customer is told when it arrives, `delayMs` after it left. */
export function deliver(order: OrderAllocated, delayMs: number): ProductDeliveredEmail {
  const occurredAt = new Date(Date.parse(order.occurredAt) + delayMs).toISOString();
  return { ...emailAbout(order), occurredAt, status: 'product_delivered' };
}

function emailAbout({ orderId, payerId }: OrderAllocated) {
  return { type: 'EmailRequested', orderId, payerId } as const;
}
