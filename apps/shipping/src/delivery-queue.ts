import type { OrderAllocated } from '@millrace/events';
import { type Alarms, alarms, DelayQueue } from '@millrace/service/delays';

/** An order on its way. */
export interface Delivery {
  readonly order: OrderAllocated;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
  readonly delayMs: number;
  /** The trace of the order: the alarm that delivers it is in another one. */
  readonly traceparent?: string;
}

/** All deliveries take equally long, so one queue a partition is enough. */
export const deliveries: DelayQueue<Delivery> = new DelayQueue('deliveries', 'delivery-queue');

export const deliveryAlarms: Alarms = alarms('delivery-alarms');
