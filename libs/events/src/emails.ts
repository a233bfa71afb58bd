import { type KeyedTopic, topic } from '@millrace/streams';
import { z } from 'zod';
import { moment, name, pence } from './fields.ts';
import { type DeclineReason, declineReason } from './payment-results.ts';
import { personal } from './personal.ts';

interface Email {
  readonly type: 'EmailRequested';
  readonly occurredAt: string;
  readonly orderId: string;
  readonly payerId: string;
}

export interface PaymentReceivedEmail extends Email {
  readonly status: 'payment_received';
  readonly pence: number;
}

export interface PaymentDeclinedEmail extends Email {
  readonly status: 'payment_declined';
  readonly pence: number;
  readonly reason: DeclineReason;
}

export interface PaymentRefundedEmail extends Email {
  readonly status: 'payment_refunded';
  readonly pence: number;
  readonly refundId: string;
}

export interface ProductShippedEmail extends Email {
  readonly status: 'product_shipped';
}

export interface ProductDeliveredEmail extends Email {
  readonly status: 'product_delivered';
}

export type EmailRequested =
  | PaymentReceivedEmail
  | PaymentDeclinedEmail
  | PaymentRefundedEmail
  | ProductShippedEmail
  | ProductDeliveredEmail;

export type EmailStatus = EmailRequested['status'];

const email = {
  type: z.literal('EmailRequested'),
  occurredAt: moment,
  orderId: name,
  payerId: personal(name),
};

export const emailRequestedSchema: z.ZodType<EmailRequested> = z.discriminatedUnion('status', [
  z.object({ ...email, status: z.literal('payment_received'), pence }),
  z.object({ ...email, status: z.literal('payment_declined'), pence, reason: declineReason }),
  z.object({ ...email, status: z.literal('payment_refunded'), pence, refundId: name }),
  z.object({ ...email, status: z.literal('product_shipped') }),
  z.object({ ...email, status: z.literal('product_delivered') }),
]);

export const emails: KeyedTopic<EmailRequested> = topic('emails', {
  schema: emailRequestedSchema,
  key: (event) => event.orderId,
  id: (event) =>
    `${event.type}:${event.status}:${event.status === 'payment_refunded' ? event.refundId : event.orderId}`,
});
