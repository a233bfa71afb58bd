import type { DeclineReason, EmailRequested } from '@millrace/events';
import { addressOf, messageIdOf } from './addresses.ts';

export interface Mail {
  /** The same for every copy of one e-mail, so that a receiver can drop the second. */
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly date: string;
}

/** Writes an e-mail; `domain` is where the shop sends from and where customers without an address of their own live. */
export function render(email: EmailRequested, domain: string): Mail {
  const { subject, paragraph } = contentOf(email);
  return {
    messageId: messageIdOf(email, domain),
    to: addressOf(email.payerId, domain),
    subject,
    text: `Hello,\n\n${paragraph}\n\nThe Millrace shop\n`,
    date: email.occurredAt,
  };
}

interface Content {
  readonly subject: string;
  readonly paragraph: string;
}

function contentOf(email: EmailRequested): Content {
  const order = `order ${email.orderId}`;
  switch (email.status) {
    case 'payment_received':
      return {
        subject: `We received your payment for ${order}`,
        paragraph: `Thank you: we received ${pounds(email.pence)} for ${order}. We write again when it ships.`,
      };
    case 'payment_declined':
      return {
        subject: `Your payment for ${order} was declined`,
        paragraph: `We could not take ${pounds(email.pence)} for ${order}: ${because[email.reason]} Nothing was charged.`,
      };
    case 'payment_refunded':
      return {
        subject: `We refunded ${pounds(email.pence)}`,
        paragraph: `We sent ${pounds(email.pence)} back to your card for ${order} (refund ${email.refundId}).`,
      };
    case 'product_shipped':
      return {
        subject: `Your ${order} has shipped`,
        paragraph: `Everything in ${order} is packed and on its way to you.`,
      };
    case 'product_delivered':
      return {
        subject: `Your ${order} was delivered`,
        paragraph: `We delivered ${order}. We hope that you enjoy it.`,
      };
    default:
      return email satisfies never;
  }
}

const because: Readonly<Record<DeclineReason, string>> = {
  invalid_card: 'the card number is not valid.',
  expired_card: 'the card has expired.',
  suspected_fraud: 'the amount is above what we take in one payment.',
  insufficient_funds: 'it would exceed your limit with us.',
};

const sterling = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP' });

function pounds(pence: number): string {
  return sterling.format(pence / 100);
}
