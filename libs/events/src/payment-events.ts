import { type KeyedTopic, topic } from '@millrace/streams';
import { z } from 'zod';
import { count, lastFour, moment, name, pence } from './fields.ts';
import { guest, type Payer } from './payer.ts';
import { personal } from './personal.ts';

export type Channel = 'web' | 'mobile';

/** A card as its number: on its way into an event and inside the payment service, never in a record. */
export interface Card {
  /** 12 to 19 digits. */
  readonly number: string;
  /** `YYYY-MM`: good until the end of that month. */
  readonly expiry: string;
}

/** A card as a record has it. */
export interface SealedCard {
  readonly lastFour: string;
  /** The whole card, for the payment service alone; see `sealPaymentEvent`. */
  readonly sealed: string;
}

export interface PaymentRequested extends Payer {
  readonly type: 'PaymentRequested';
  readonly occurredAt: string;
  readonly orderId: string;
  readonly channel: Channel;
  readonly pence: number;
  /** How many lines the order's StockRequested has; with 0 there is none. */
  readonly stockLines: number;
  readonly card: SealedCard;
}

export interface UnsealedPaymentRequested extends Omit<PaymentRequested, 'card'> {
  readonly card: Card;
}

export interface RefundRequested extends Payer {
  readonly type: 'RefundRequested';
  readonly occurredAt: string;
  readonly orderId: string;
  /** One order can be refunded several times. */
  readonly refundId: string;
  readonly channel: Channel;
  readonly pence: number;
  /** How many lines the refund's StockReturned has; with 0 there is none. */
  readonly stockLines: number;
}

export type PaymentEvent = PaymentRequested | RefundRequested;

export type UnsealedPaymentEvent = UnsealedPaymentRequested | RefundRequested;

export const channel: z.ZodEnum<{ web: 'web'; mobile: 'mobile' }> = z.enum(['web', 'mobile']);

const request = {
  occurredAt: moment,
  orderId: name,
  payerId: personal(name),
  guest,
  channel,
  pence,
  stockLines: count,
};

const card = personal(z.object({ lastFour, sealed: z.string().regex(/^[A-Za-z0-9_-]+$/) }));

export const paymentEventSchema: z.ZodType<PaymentEvent> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('PaymentRequested'), ...request, card }),
  z.object({ type: z.literal('RefundRequested'), ...request, refundId: name }),
]);

export const paymentEvents: KeyedTopic<PaymentEvent> = topic('payment-events', {
  schema: paymentEventSchema,
  key: (event) => event.payerId,
  id: (event) => `${event.type}:${event.type === 'RefundRequested' ? event.refundId : event.orderId}`,
});
