import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addPence, parseDecimal, penceOf } from '../../src/sales/amount.ts';

describe('an amount', () => {
  test.each([
    [6, '2.55', 1530],
    [1, '0.005', 1],
    [1, '0.004', 0],
    [3, '0.195', 59],
    [1, '1.115', 112],
    [10, '1.0005', 1001],
    [1, '1e2', 10_000],
    [1, '-0', 0],
    [1, '0.00499999999999999999999999999999999999', 0],
    [1, '1e-999999999', 0],
    [200, '1e-4', 2],
    [7, '12345678901.015', 8641975230711],
  ])('of %i at £%s is %i pence, rounded half up', (pieces, price, pence) => {
    expect(amount(pieces, price)).toBe(pence);
  });

  test.each(['1e14', '1e400', '90071992547410', '1e999999999999999999'])(
    'of £%s is cut to what can be counted',
    (price) => {
      expect(amount(9, price)).toBe(Number.MAX_SAFE_INTEGER);
      expect(addPence(amount(9, price), 1)).toBe(Number.MAX_SAFE_INTEGER);
    },
  );

  test('is exact for any price of up to six decimals', () => {
    const digits = fc.bigInt({ min: 0n, max: 99_999_999_999n });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 900 }),
        digits,
        fc.integer({ min: 0, max: 6 }),
        (pieces, all, decimals) => {
          const text = String(all).padStart(decimals + 1, '0');
          const price = `${text.slice(0, text.length - decimals)}.${text.slice(text.length - decimals)}`;
          const divisor = 10n ** BigInt(decimals);
          const twice = 2n * BigInt(pieces) * all * 100n;
          expect(BigInt(amount(pieces, price))).toBe((twice + divisor) / (2n * divisor));
        },
      ),
    );
  });
});

test.each([
  '',
  '.',
  '1.2.3',
  '1e',
  'e5',
  '--1',
  '1 0',
  '0x1',
  'NaN',
  'Infinity',
  '_',
  '1e1000000000000000000',
  '1e-2000000000000000000',
])('is no decimal: %s', (text) => {
  expect(parseDecimal(text)).toBeUndefined();
});

test('a long text that is no decimal is refused at once', () => {
  expect(parseDecimal(`${'0'.repeat(500_000)}x`)).toBeUndefined();
});

function amount(pieces: number, price: string): number {
  const decimal = parseDecimal(price);
  if (!decimal) throw new Error(`${price} is no decimal`);
  return penceOf(pieces, decimal);
}
