import { emails } from '@millrace/events';
import type { AlarmRang, PartitionTimers } from '@millrace/service/delays';
import type { Handler, StatefulContext } from '@millrace/streams';
import { deliveries } from '../delivery-queue.ts';
import { deliver } from '../domain/delivery.ts';

/** What one step delivers at most; the rest gets an alarm at once. */
const deliveriesPerStep = 200;

/** What is due when the alarm rings is what was due when it was published, so that a repeated step does the same. */
export function dueHandler(timers: Pick<PartitionTimers, 'set'>): Handler<AlarmRang, StatefulContext> {
  return async ({ value: alarm, partition }, context) => {
    const due = await deliveries.takeDue(context, Date.parse(alarm.occurredAt), deliveriesPerStep);
    for (const { order, delayMs, traceparent } of due.items) {
      const options = traceparent === undefined ? {} : { headers: { traceparent } };
      context.send(emails, deliver(order, delayMs), options);
    }
    if (due.nextDueAt !== undefined) timers.set(partition, due.nextDueAt);
  };
}
