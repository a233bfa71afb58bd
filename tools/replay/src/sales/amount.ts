import { asciiDigits } from './text.ts';

/** A decimal number: `coefficient` × 10^`exponent`. */
export interface Decimal {
  readonly coefficient: number | bigint;
  readonly exponent: number;
}

const ordinary = /^[0-9]{1,9}(?:\.[0-9]{0,6})?$/;
const syntax = /^([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([+-]?[0-9]+))?$/;

/** The exponents that Python's decimal module can hold. */
const leastExponent = -1_999_999_999_999_999_997n;
const mostExponent = 999_999_999_999_999_999n;

/**
 * A finite decimal in the syntax of Python's `Decimal`: a sign, an exponent, digits of any script and underscores
 * anywhere are allowed. Undefined for anything else.
 */
export function parseDecimal(text: string): Decimal | undefined {
  if (ordinary.test(text)) {
    const point = text.indexOf('.');
    if (point < 0) return { coefficient: Number(text), exponent: 0 };
    return { coefficient: Number(text.replace('.', '')), exponent: point + 1 - text.length };
  }
  const match = syntax.exec(asciiDigits(text).replaceAll('_', ''));
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', bareFraction = '', power = '0'] = match;
  const decimals = fraction || bareFraction;
  const digits = (whole + decimals).replace(/^0+(?=.)/, '');
  const exponent = BigInt(power) - BigInt(decimals.length);
  if (exponent < leastExponent || exponent + BigInt(digits.length - 1) > mostExponent) return undefined;
  return { coefficient: sign === '-' ? -BigInt(digits) : BigInt(digits), exponent: Number(exponent) };
}

/**
 * The amount of so many pieces at a price in pounds, in pence, rounded half up. An amount that cannot be counted exactly
 * becomes the largest that can: no payment or refund near it is ever accepted.
 */
export function penceOf(pieces: number, price: Decimal): number {
  const scale = price.exponent + 2;
  if (typeof price.coefficient === 'number') {
    const dividend = pieces * price.coefficient * 10 ** Math.max(scale, 0);
    if (Number.isSafeInteger(dividend)) return divide(dividend, 10 ** Math.max(-scale, 0));
  }
  const product = BigInt(pieces) * BigInt(price.coefficient);
  const digits = product.toString().length;
  if (product === 0n || digits + scale < 0) return 0;
  if (digits + scale > 16) return Number.MAX_SAFE_INTEGER;
  const divisor = 10n ** BigInt(Math.max(-scale, 0));
  const dividend = product * 10n ** BigInt(Math.max(scale, 0));
  return addPence(Number((2n * dividend + divisor) / (2n * divisor)), 0);
}

/** Whether the exact amount, before it is rounded, is more than so many pence. */
export function amountExceeds(pieces: number, price: Decimal, most: number): boolean {
  const product = BigInt(pieces) * BigInt(price.coefficient);
  const scale = price.exponent + 2;
  if (product === 0n) return false;
  const digits = product.toString().length;
  const mostDigits = String(most).length;
  if (digits + scale !== mostDigits) return digits + scale > mostDigits;
  return scale >= 0
    ? product * 10n ** BigInt(scale) > BigInt(most)
    : product > BigInt(most) * 10n ** BigInt(-scale);
}

/** A sum that stops at the largest amount that can be counted exactly. */
export function addPence(one: number, other: number): number {
  return Math.min(one + other, Number.MAX_SAFE_INTEGER);
}

function divide(dividend: number, divisor: number): number {
  const remainder = dividend % divisor;
  return (dividend - remainder) / divisor + (2 * remainder >= divisor ? 1 : 0);
}
