import { expect, test } from 'vitest';
import { paymentEventSchema } from '../src/index.ts';
import { paymentRequested } from './examples.ts';

const digits = '4242424242424242';

test.each([
  ['beside the sealed one', { ...paymentRequested.card, number: digits, cvv: digits }],
  ['instead of the sealed one', { number: digits, expiry: '2030-12' }],
  ['as the last four digits', { ...paymentRequested.card, lastFour: digits }],
])('a card number %s is neither passed on nor quoted', (_, card) => {
  const { error, data } = paymentEventSchema.safeParse({ ...paymentRequested, card });
  expect(JSON.stringify([String(error), data])).not.toContain(digits);
});
