import { emails } from '@millrace/events';
import type { Handler, StatefulContext } from '@millrace/streams';
import type { DeliveryTimers } from '../adapters/delivery-timers.ts';
import type { AlarmRang } from '../alarm-topic.ts';
import { takeDue } from '../delivery-queue.ts';
import { deliver } from '../domain/delivery.ts';

/** What one step delivers at most; the rest gets an alarm at once. */
const deliveriesPerStep = 200;

/** What is due when the alarm rings is what was due when it was published, so that a repeated step does the same. */
export function dueHandler(timers: Pick<DeliveryTimers, 'set'>): Handler<AlarmRang, StatefulContext> {
  return async ({ value: alarm, partition }, context) => {
    const due = await takeDue(context, Date.parse(alarm.occurredAt), deliveriesPerStep);
    for (const { order, delayMs, traceparent } of due.deliveries) {
      const options = traceparent === undefined ? {} : { headers: { traceparent } };
      context.send(emails, deliver(order, delayMs), options);
    }
    if (due.nextDueAt !== undefined) timers.set(partition, due.nextDueAt);
  };
}
