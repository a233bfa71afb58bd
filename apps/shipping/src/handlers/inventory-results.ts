import { emails, type InventoryResult } from '@millrace/events';
import type { Handler, StatefulContext } from '@millrace/streams';
import type { DeliveryTimers } from '../adapters/delivery-timers.ts';
import { enqueue } from '../delivery-queue.ts';
import { deliver, ship } from '../domain/delivery.ts';

export interface ShippingOptions {
  readonly delayMs: number;
  readonly timers: Pick<DeliveryTimers, 'set'>;
}

export function shippingHandler({
  delayMs,
  timers,
}: ShippingOptions): Handler<InventoryResult, StatefulContext> {
  return async ({ value: order, partition, headers }, context) => {
    context.send(emails, ship(order));
    if (delayMs === 0) {
      context.send(emails, deliver(order, delayMs));
      return;
    }
    const dueAt = Date.now() + delayMs;
    const { traceparent } = headers;
    await enqueue(context, { order, dueAt, delayMs, ...(traceparent === undefined ? {} : { traceparent }) });
    timers.set(partition, dueAt);
  };
}
