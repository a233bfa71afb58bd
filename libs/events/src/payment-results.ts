import { type KeyedTopic, topic } from '@millrace/streams';
import { z } from 'zod';
import { count, lastFour, moment, name, pence } from './fields.ts';
import { guest, type Payer } from './payer.ts';
import { type Channel, channel } from './payment-events.ts';
import { personal } from './personal.ts';

export type DeclineReason = 'invalid_card' | 'expired_card' | 'suspected_fraud' | 'insufficient_funds';

export type RefundDeclineReason = 'exceeds_captured';

interface Result extends Payer {
  readonly occurredAt: string;
  readonly orderId: string;
  readonly channel: Channel;
  readonly pence: number;
  /** How many lines of stock wait for this result; with 0 none will ever ask for it. */
  readonly stockLines: number;
}

export interface PaymentCaptured extends Result {
  readonly type: 'PaymentCaptured';
  /** All that is kept of the card. */
  readonly cardLastFour: string;
}

export interface PaymentDeclined extends Result {
  readonly type: 'PaymentDeclined';
  readonly cardLastFour: string;
  readonly reason: DeclineReason;
}

export interface PaymentRefunded extends Result {
  readonly type: 'PaymentRefunded';
  readonly refundId: string;
}

export interface RefundDeclined extends Result {
  readonly type: 'RefundDeclined';
  readonly refundId: string;
  readonly reason: RefundDeclineReason;
}

export type PaymentResult = PaymentCaptured | PaymentDeclined | PaymentRefunded | RefundDeclined;

export const declineReason: z.ZodType<DeclineReason> = z.enum([
  'invalid_card',
  'expired_card',
  'suspected_fraud',
  'insufficient_funds',
]);

const result = {
  occurredAt: moment,
  orderId: name,
  payerId: personal(name),
  guest,
  channel,
  pence,
  stockLines: count,
};

export const paymentResultSchema: z.ZodType<PaymentResult> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('PaymentCaptured'), ...result, cardLastFour: personal(lastFour) }),
  z.object({
    type: z.literal('PaymentDeclined'),
    ...result,
    cardLastFour: personal(lastFour),
    reason: declineReason,
  }),
  z.object({ type: z.literal('PaymentRefunded'), ...result, refundId: name }),
  z.object({
    type: z.literal('RefundDeclined'),
    ...result,
    refundId: name,
    reason: z.literal('exceeds_captured'),
  }),
]);

export const paymentResults: KeyedTopic<PaymentResult> = topic('payment-results', {
  schema: paymentResultSchema,
  key: (event) => event.orderId,
  id: (event) => `${event.type}:${'refundId' in event ? event.refundId : event.orderId}`,
});
