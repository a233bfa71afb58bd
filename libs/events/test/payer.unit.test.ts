import { expect, test } from 'vitest';
import { isGuest, payerOf } from '../src/index.ts';

test('a named customer pays under its own number', () => {
  expect(payerOf('17850', '536365')).toEqual({ payerId: '17850', guest: false });
  expect(isGuest(payerOf('17850', '536365'))).toBe(false);
});

test.each([undefined, ''])('without a customer (%j) the order pays for itself', (customer) => {
  expect(payerOf(customer, '536365')).toEqual({ payerId: 'guest-536365', guest: true });
  expect(isGuest(payerOf(customer, '536365'))).toBe(true);
});

test('a customer whose name looks like a guest is none', () => {
  expect(isGuest(payerOf('guest-536365', '536366'))).toBe(false);
});

test('an event of an older version tells a guest by the id', () => {
  expect(isGuest({ payerId: 'guest-536365' })).toBe(true);
  expect(isGuest({ payerId: '17850' })).toBe(false);
});
