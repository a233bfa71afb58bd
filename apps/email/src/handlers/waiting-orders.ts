import type { AlarmRang, PartitionTimers } from '@millrace/service/delays';
import type { Handler, StatefulContext } from '@millrace/streams';
import { holdQueues } from '../domain/held-order.ts';
import { emailRetries, type OrderHeld, waitingOrders } from '../held-mail.ts';

/** What one step takes of a queue at most; the rest gets an alarm at once. */
const ordersPerStep = 100;

export function waitHandler(timers: Pick<PartitionTimers, 'set'>): Handler<OrderHeld, StatefulContext> {
  return async ({ value: held, partition }, context) => {
    await waitingOrders.add(context, held, String(held.queue));
    timers.set(partition, held.dueAt);
  };
}

/** Tells the orders that are due. */
export function dueHandler(timers: Pick<PartitionTimers, 'set'>): Handler<AlarmRang, StatefulContext> {
  return async ({ value: alarm, partition }, context) => {
    for (const queue of holdQueues) {
      const now = Date.parse(alarm.occurredAt);
      const due = await waitingOrders.takeDue(context, now, ordersPerStep, String(queue));
      for (const { orderId } of due.items) context.send(emailRetries, { type: 'RetryDue', orderId });
      if (due.nextDueAt !== undefined) timers.set(partition, due.nextDueAt);
    }
  };
}
