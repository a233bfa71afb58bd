import type {
  EmailRequested,
  PaymentResult,
  RefundRequested,
  UnsealedPaymentEvent,
  UnsealedPaymentRequested,
} from '@millrace/events';
import type { Account } from './account.ts';
import { checks } from './checks.ts';

/** One step's outputs; a declined refund is not written about. */
export interface Decision {
  readonly result: PaymentResult;
  readonly emails: readonly EmailRequested[];
}

export function decide(account: Account, event: UnsealedPaymentEvent): Decision {
  switch (event.type) {
    case 'PaymentRequested':
      return decidePayment(account, event);
    case 'RefundRequested':
      return decideRefund(account, event);
    default:
      return event satisfies never;
  }
}

function decidePayment(account: Account, payment: UnsealedPaymentRequested): Decision {
  const { card, type: _, ...kept } = payment;
  const facts = { ...kept, cardLastFour: card.number.slice(-4) };
  const failed = checks.find((check) => check.fails(payment, account));
  const email = emailAbout(payment);
  if (failed) {
    const { reason } = failed;
    return {
      result: { type: 'PaymentDeclined', ...facts, reason },
      emails: [{ ...email, status: 'payment_declined', pence: payment.pence, reason }],
    };
  }
  return {
    result: { type: 'PaymentCaptured', ...facts },
    emails: [{ ...email, status: 'payment_received', pence: payment.pence }],
  };
}

function decideRefund(account: Account, refund: RefundRequested): Decision {
  if (refund.pence > account.balance) {
    return { result: { ...refund, type: 'RefundDeclined', reason: 'exceeds_captured' }, emails: [] };
  }
  const { refundId, pence } = refund;
  return {
    result: { ...refund, type: 'PaymentRefunded' },
    emails: [{ ...emailAbout(refund), status: 'payment_refunded', refundId, pence }],
  };
}

function emailAbout({ occurredAt, orderId, payerId }: UnsealedPaymentEvent) {
  return { type: 'EmailRequested', occurredAt, orderId, payerId } as const;
}
