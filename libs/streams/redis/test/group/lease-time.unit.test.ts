import { expect, test } from 'vitest';
import { LeaseTime } from '../../src/group/lease-time.ts';

function after(...delays: readonly number[]): number {
  const time = new LeaseTime(500);
  for (const delay of delays) time.observe(delay);
  return time.ms;
}

test('quick answers leave the lease time as the group wants it', () => {
  expect(after()).toBe(500);
  expect(after(1, 2, 3)).toBe(500);
});

test('answers that are late again and again lengthen it, within bounds', () => {
  expect(after(200, 300)).toBe(800);
  expect(after(60_000, 60_000)).toBe(5_500);
});

test('a single pause changes nothing, and slow times are forgotten', () => {
  expect(after(2, 30_000, 2)).toBe(500);
  expect(after(900, 900, 1, 1, 1, 1, 1, 1, 1)).toBe(500);
});
