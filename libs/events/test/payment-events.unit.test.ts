import { expect, test } from 'vitest';
import {
  type Card,
  paymentEventSchema,
  recordedPaymentEventSchema,
  redact,
  redactPayload,
} from '../src/index.ts';
import { paymentRequested, refundRequested } from './examples.ts';

const digits = '4242424242424242';

test('readers that keep payment events never see the card', () => {
  const kept = recordedPaymentEventSchema.parse(paymentRequested);
  const { card: _card, ...rest } = paymentRequested;
  expect(kept).toEqual(rest);
  expect(recordedPaymentEventSchema.parse(refundRequested)).toEqual(refundRequested);
});

test('a security code is not passed on', () => {
  const event = { ...paymentRequested, card: { ...paymentRequested.card, cvv: '123' } };
  expect(JSON.stringify(paymentEventSchema.parse(event))).not.toContain('123');
});

test.each<Partial<Card>>([
  { number: '4242' },
  { number: '4242 4242 4242 4242' },
  { expiry: '12/30' },
  { expiry: '2030-13' },
])('a refused card %j is not quoted in the reason', (part) => {
  const result = paymentEventSchema.safeParse({
    ...paymentRequested,
    card: { number: digits, expiry: '2030-12', ...part },
  });
  expect(result.success).toBe(false);
  expect(String(result.error)).not.toMatch(/4242/);
});

test('a shown payment event has the last four digits only', () => {
  expect(redact(paymentRequested)).toEqual({
    ...paymentRequested,
    card: { number: '…4242', expiry: '2030-12' },
  });
});

test('identifiers stay legible however long', () => {
  const event = { ...refundRequested, orderId: '202512310000123456' };
  expect(redactPayload(JSON.stringify(event))).toBe(JSON.stringify(event));
});

test.each([
  ['another shape', JSON.stringify({ cardNumber: digits, CVV: 123, items: [{ pan: Number(digits) }] })],
  ['a bare string', JSON.stringify(digits)],
  ['broken JSON', `{"type":"PaymentRequested","card":{"number":"${digits}`],
  ['separators', '{"card":"4242 4242-4242 4242"}'],
])('no card number is shown of a payload with %s', (_, payload) => {
  const shown = redactPayload(payload);
  expect(shown.replace(/\D/g, '')).not.toContain(digits);
  expect(shown).toContain('…4242');
  expect(shown).not.toMatch(/cvv/i);
});
