import type { DeclineReason, UnsealedPaymentRequested } from '@millrace/events';
import type { Account } from './account.ts';
import { passesLuhn } from './luhn.ts';

/** Pence; a single payment above it is suspected fraud. */
export const fraudLimit = 1_000_000;

/** Pence; what a payer has captured and not got back never exceeds it. */
export const creditLimit = 2_000_000;

interface Check {
  readonly reason: DeclineReason;
  readonly fails: (payment: UnsealedPaymentRequested, account: Account) => boolean;
}

const validCard: Check = {
  reason: 'invalid_card',
  fails: ({ card }) => !passesLuhn(card.number),
};

const unexpiredCard: Check = {
  reason: 'expired_card',
  fails: ({ card, occurredAt }) => card.expiry < monthOf(occurredAt),
};

const plausibleAmount: Check = {
  reason: 'suspected_fraud',
  fails: ({ pence }) => pence > fraudLimit,
};

const sufficientFunds: Check = {
  reason: 'insufficient_funds',
  fails: ({ pence }, { balance }) => balance + pence > creditLimit,
};

/** In this order; the first that fails decides. */
export const checks: readonly Check[] = [validCard, unexpiredCard, plausibleAmount, sufficientFunds];

function monthOf(moment: string): string {
  return moment.slice(0, 'YYYY-MM'.length);
}
