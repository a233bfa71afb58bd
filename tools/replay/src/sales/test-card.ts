import type { Card } from '@millrace/events';
import { asciiDigits } from './text.ts';

const good: Card = { number: '4242424242424242', expiry: '2030-12' };
const failsLuhn: Card = { ...good, number: '4242424242424241' };
const expired: Card = { ...good, expiry: '2009-12' };

/** The card of a replayed payment: customer numbers divisible by 97 have a wrong one, by 89 an expired one. */
export function testCard(customer: string): Card {
  if (!/^\p{Nd}+$/u.test(customer)) return good;
  const number = BigInt(asciiDigits(customer));
  if (number % 97n === 0n) return failsLuhn;
  return number % 89n === 0n ? expired : good;
}
