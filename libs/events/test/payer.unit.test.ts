import { expect, test } from 'vitest';
import { isGuest, payerOf } from '../src/index.ts';

test('a named customer pays under its own number', () => {
  expect(payerOf('17850', '536365')).toBe('17850');
  expect(isGuest('17850')).toBe(false);
});

test.each([undefined, ''])('without a customer (%j) the order pays for itself', (customer) => {
  expect(payerOf(customer, '536365')).toBe('guest-536365');
  expect(isGuest(payerOf(customer, '536365'))).toBe(true);
});
