import { type EmailRequested, emailRequestedSchema } from '@millrace/events';
import { type Alarms, alarms, DelayQueue } from '@millrace/service/delays';
import { type Store, store, type Topic, type TopicSpec, topic } from '@millrace/streams';
import { z } from 'zod';
import type { HeldOrder } from './domain/held-order.ts';

/** By order; committed with the position of the e-mail that was refused. */
export const heldOrders: Store<HeldOrder> = store('held-orders');

/** An order waits until it is due. */
export interface OrderHeld {
  readonly orderId: string;
  readonly queue: number;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
}

const orderHeldSchema: z.ZodType<OrderHeld> = z.object({
  orderId: z.string().min(1),
  queue: z.int().nonnegative(),
  dueAt: z.int(),
});

export const emailHolds: Topic<OrderHeld> = topic('email-holds', {
  schema: orderHeldSchema,
  key: (event) => event.orderId,
});

export const waitingOrders: DelayQueue<OrderHeld> = new DelayQueue('waiting-orders', 'waiting-queues');

export const emailAlarms: Alarms = alarms('email-alarms');

/** What an order's own queue of messages is told: keyed by the order, so it never meets another e-mail of the same order. */
export type EmailRetry =
  /** The held e-mails are tried again. */
  | { readonly type: 'RetryDue'; readonly orderId: string }
  /** A held e-mail is tried for the last time; refused again it becomes a dead letter, which can be redriven. */
  | { readonly type: 'LastAttemptDue'; readonly orderId: string; readonly email: EmailRequested };

const emailRetrySchema: z.ZodType<EmailRetry> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('RetryDue'), orderId: z.string().min(1) }),
  z.object({ type: z.literal('LastAttemptDue'), orderId: z.string().min(1), email: emailRequestedSchema }),
]);

export const emailRetries: Topic<EmailRetry> = topic('email-retries', {
  schema: emailRetrySchema,
  key: (event) => event.orderId,
});

/** The topics by which held e-mails wait; what is handled is worth nothing. */
export const heldMailTopics: readonly Pick<TopicSpec, 'name' | 'retention'>[] = [
  { name: emailHolds.name, retention: { maxRecords: 10_000 } },
  emailAlarms.spec,
  { name: emailRetries.name, retention: { maxRecords: 10_000 } },
];
