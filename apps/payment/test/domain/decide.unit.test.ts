import type { PaymentResult, RefundRequested, UnsealedPaymentRequested } from '@millrace/events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Account, evolve, newAccount } from '../../src/domain/account.ts';
import { creditLimit, fraudLimit } from '../../src/domain/checks.ts';
import { decide } from '../../src/domain/decide.ts';

const number = '4242424242424242';
const order = {
  occurredAt: '2010-12-01T08:26:00.000Z',
  orderId: '536365',
  payerId: '17850',
  channel: 'web',
  stockLines: 7,
} as const;

const payment: UnsealedPaymentRequested = {
  type: 'PaymentRequested',
  ...order,
  pence: 13912,
  card: { number, expiry: '2030-12' },
};
const refund: RefundRequested = { type: 'RefundRequested', ...order, pence: 13912, refundId: 'C536379' };

describe('a payment', () => {
  test('is captured with no more of the card than its last four digits', () => {
    expect(decide(newAccount, payment)).toEqual({
      result: { type: 'PaymentCaptured', ...order, pence: 13912, cardLastFour: '4242' },
      emails: [
        {
          type: 'EmailRequested',
          occurredAt: order.occurredAt,
          orderId: '536365',
          payerId: '17850',
          status: 'payment_received',
          pence: 13912,
        },
      ],
    });
  });

  test.each<[string, Partial<UnsealedPaymentRequested>, Account, string | undefined]>([
    [
      'a number that fails Luhn',
      { card: { number: '4242424242424241', expiry: '2030-12' } },
      newAccount,
      'invalid_card',
    ],
    [
      'a card that expired the month before',
      { card: { number, expiry: '2010-11' } },
      newAccount,
      'expired_card',
    ],
    ['a card in its last month', { card: { number, expiry: '2010-12' } }, newAccount, undefined],
    ['£10,000.00', { pence: fraudLimit }, newAccount, undefined],
    ['£10,000.01', { pence: fraudLimit + 1 }, newAccount, 'suspected_fraud'],
    ['an amount up to the limit', { pence: 500 }, { balance: creditLimit - 500 }, undefined],
    ['an amount beyond the limit', { pence: 501 }, { balance: creditLimit - 500 }, 'insufficient_funds'],
    ['nothing to pay', { pence: 0 }, { balance: creditLimit }, undefined],
  ])('with %s', (_, part, account, reason) => {
    const { result, emails } = decide(account, { ...payment, ...part });
    expect(result).toMatchObject(reason ? { type: 'PaymentDeclined', reason } : { type: 'PaymentCaptured' });
    expect(emails).toMatchObject([
      reason ? { status: 'payment_declined', reason } : { status: 'payment_received' },
    ]);
  });

  test.each([
    ['2010-11', 'expired_card', fraudLimit + 1],
    ['2030-12', 'suspected_fraud', fraudLimit + 1],
    ['2030-12', 'insufficient_funds', 1],
  ])('is declined for the first check that fails (%s, %s)', (expiry, reason, pence) => {
    const { result } = decide({ balance: creditLimit }, { ...payment, pence, card: { number, expiry } });
    expect(result).toMatchObject({ reason });
  });
});

describe('a refund', () => {
  test('of all that was captured is paid', () => {
    const { result, emails } = decide({ balance: 13912 }, refund);
    expect(result).toEqual({ ...refund, type: 'PaymentRefunded' });
    expect(emails).toMatchObject([{ status: 'payment_refunded', refundId: 'C536379', pence: 13912 }]);
  });

  test('of more is declined without an e-mail', () => {
    expect(decide({ balance: 13911 }, refund)).toEqual({
      result: { ...refund, type: 'RefundDeclined', reason: 'exceeds_captured' },
      emails: [],
    });
  });
});

test('whatever is asked for, a balance stays between nothing and the limit and is what was captured less what was refunded', () => {
  const amount = fc.oneof(
    fc.integer({ min: 0, max: 1_200_000 }),
    fc.constantFrom(0, fraudLimit, creditLimit),
  );
  const event = fc.oneof(
    amount.map((pence) => ({ ...payment, pence })),
    amount.map((pence) => ({ ...refund, pence })),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      let account = newAccount;
      const results: PaymentResult[] = [];
      for (const each of events) {
        const { result } = decide(account, each);
        account = evolve(account, result);
        results.push(result);
        expect(account.balance).toBeGreaterThanOrEqual(0);
        expect(account.balance).toBeLessThanOrEqual(creditLimit);
      }
      expect(account.balance).toBe(sum(results, 'PaymentCaptured') - sum(results, 'PaymentRefunded'));
    }),
  );
});

test('no result or e-mail has a card number in it', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 12, maxLength: 19 });
  fc.assert(
    fc.property(digits, (cardNumber) => {
      const decision = decide(newAccount, { ...payment, card: { number: cardNumber, expiry: '2030-12' } });
      expect(JSON.stringify(decision)).not.toContain(cardNumber);
    }),
  );
});

function sum(results: readonly PaymentResult[], type: PaymentResult['type']): number {
  return results.filter((result) => result.type === type).reduce((total, { pence }) => total + pence, 0);
}
