import type { PaymentResult } from '@millrace/events';

/** What a payer has captured and not got back, in pence; never above the credit limit. */
export interface Account {
  readonly balance: number;
}

export const newAccount: Account = { balance: 0 };

/** Answers the same object where the result changes nothing. */
export function evolve(account: Account, result: PaymentResult): Account {
  switch (result.type) {
    case 'PaymentCaptured':
      return { balance: account.balance + result.pence };
    case 'PaymentRefunded':
      return { balance: account.balance - result.pence };
    case 'PaymentDeclined':
    case 'RefundDeclined':
      return account;
    default:
      return result satisfies never;
  }
}
