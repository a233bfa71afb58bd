import { emails, type InventoryResult } from '@millrace/events';
import type { PartitionTimers } from '@millrace/service/delays';
import type { Handler, StatefulContext } from '@millrace/streams';
import { deliveries } from '../delivery-queue.ts';
import { deliver, ship } from '../domain/delivery.ts';

export interface ShippingOptions {
  readonly delayMs: number;
  readonly timers: Pick<PartitionTimers, 'set'>;
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
    await deliveries.add(context, {
      order,
      dueAt,
      delayMs,
      ...(traceparent === undefined ? {} : { traceparent }),
    });
    timers.set(partition, dueAt);
  };
}
