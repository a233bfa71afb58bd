import { expect, test } from 'vitest';
import { OrderIds } from '../../src/sales/order-ids.ts';

test.each<[string, readonly string[], readonly string[]]>([
  ['a number alone', ['A', 'B'], ['A', 'B']],
  ['later runs of a number', ['A', 'B', 'A', 'A', 'B'], ['A', 'B', 'A#2', 'A#3', 'B#2']],
  ['a number like a later run', ['A', 'A#2', 'A', 'A#2'], ['A', 'A#2', 'A#3', 'A#2#3']],
  ['a number like an earlier later run', ['A', 'A', 'A#2'], ['A', 'A#2', 'A#2#2']],
])('%s is an order of its own', (_, numbers, ids) => {
  using orderIds = new OrderIds();
  expect(numbers.map((number) => orderIds.next(number))).toEqual(ids);
});

test('a number that comes back again and again is named as fast as any', () => {
  using orderIds = new OrderIds();
  const ids = new Set(Array.from({ length: 20_000 }, (_, index) => orderIds.next(index % 2 ? 'A' : 'B')));
  expect(ids.size).toBe(20_000);
});
