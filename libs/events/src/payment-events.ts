import { type Topic, topic } from '@millrace/streams';
import { z } from 'zod';
import { count, moment, name, pence } from './fields.ts';
import { quick } from './quick-schema.ts';

export type Channel = 'web' | 'mobile';

/** The only place where a card number travels. */
export interface Card {
  /** 12 to 19 digits. */
  readonly number: string;
  /** `YYYY-MM`: good until the end of that month. */
  readonly expiry: string;
}

export interface PaymentRequested {
  readonly type: 'PaymentRequested';
  readonly occurredAt: string;
  readonly orderId: string;
  readonly payerId: string;
  readonly channel: Channel;
  readonly pence: number;
  /** How many lines the order's StockRequested has; with 0 there is none. */
  readonly stockLines: number;
  readonly card: Card;
}

export interface RefundRequested {
  readonly type: 'RefundRequested';
  readonly occurredAt: string;
  readonly orderId: string;
  /** One order can be refunded several times. */
  readonly refundId: string;
  readonly payerId: string;
  readonly channel: Channel;
  readonly pence: number;
  /** How many lines the refund's StockReturned has; with 0 there is none. */
  readonly stockLines: number;
}

export type PaymentEvent = PaymentRequested | RefundRequested;

/** What of a payment event may be kept. */
export type RecordedPaymentEvent = Omit<PaymentRequested, 'card'> | RefundRequested;

export const channel: z.ZodEnum<{ web: 'web'; mobile: 'mobile' }> = z.enum(['web', 'mobile']);

const request = {
  occurredAt: moment,
  orderId: name,
  payerId: name,
  channel,
  pence,
  stockLines: count,
};

const card = z.object({
  number: z.string().regex(/^\d{12,19}$/),
  expiry: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/),
});

const withoutCard = z.object({ type: z.literal('PaymentRequested'), ...request });
const refundRequested = z.object({ type: z.literal('RefundRequested'), ...request, refundId: name });

export const paymentEventSchema: z.ZodType<PaymentEvent> = z.discriminatedUnion('type', [
  withoutCard.extend({ card }),
  refundRequested,
]);

export const recordedPaymentEventSchema: z.ZodType<RecordedPaymentEvent> = z.discriminatedUnion('type', [
  withoutCard,
  refundRequested,
]);

const definition = {
  key: (event: RecordedPaymentEvent): string => event.payerId,
  id: (event: RecordedPaymentEvent): string =>
    `${event.type}:${event.type === 'RefundRequested' ? event.refundId : event.orderId}`,
};

export const paymentEvents: Topic<PaymentEvent> = topic('payment-events', {
  ...definition,
  schema: quick(paymentEventSchema),
});

/** The same topic for readers that keep what they read: the card never gets as far as their handler. */
export const recordedPaymentEvents: Topic<RecordedPaymentEvent> = topic('payment-events', {
  ...definition,
  schema: quick(recordedPaymentEventSchema),
});
