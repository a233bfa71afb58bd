import { number } from 'card-validator';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { passesLuhn } from '../../src/domain/luhn.ts';

test.each([
  ['4242424242424242', true],
  ['4242424242424241', false],
  ['378282246310005', true],
  ['79927398713', true],
  ['79927398710', false],
])('%s: %s', (digits, valid) => {
  expect(passesLuhn(digits)).toBe(valid);
});

test('judges Visa numbers as card-validator does', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 15, maxLength: 15 });
  fc.assert(
    fc.property(digits, (rest) => {
      expect(passesLuhn(`4${rest}`)).toBe(number(`4${rest}`).isValid);
    }),
  );
});
