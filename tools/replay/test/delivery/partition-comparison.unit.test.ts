import { expect, test } from 'vitest';
import { compareOffsets } from '../../src/delivery/offsets.ts';
import { PartitionComparison } from '../../src/delivery/partition-comparison.ts';

async function* each(offsets: readonly number[]): AsyncGenerator<string> {
  for (const offset of offsets) yield String(offset);
}

test.each<[string, number[], number[], { missing?: string[]; duplicated?: number; outOfOrder?: number }]>([
  ['equal', [8, 9, 10, 11], [8, 9, 10, 11], {}],
  ['nothing at all', [], [], {}],
  ['nothing applied', [1, 2], [], { missing: ['1', '2'] }],
  [
    'one missing at the beginning, within and at the end',
    [1, 2, 3, 4, 5],
    [2, 4],
    { missing: ['1', '3', '5'] },
  ],
  ['a row twice in a row', [1, 2], [1, 1, 2], { duplicated: 1 }],
  ['a stretch applied again', [1, 2, 3], [1, 2, 3, 1, 2, 3], { duplicated: 3 }],
  ['rows of records that never were', [2, 4], [1, 2, 3, 4, 5], { duplicated: 3 }],
  ['two swapped', [1, 2, 3, 4], [1, 3, 2, 4], { outOfOrder: 1 }],
  ['one far ahead', [1, 2, 3, 4], [4, 1, 2, 3], { outOfOrder: 3 }],
  ['late and twice', [1, 2, 3], [2, 1, 1, 3], { outOfOrder: 1, duplicated: 1 }],
  ['holes in the offsets', [5, 900, 1_000_000], [5, 900, 1_000_000], {}],
])('%s', async (_name, published, applied, expected) => {
  const comparison = new PartitionComparison(each(published));
  for (const offset of applied) await comparison.applied(String(offset));
  await comparison.finish();
  const { missing, duplicated, outOfOrder } = comparison;
  const sound = { missing: [], duplicated: 0, outOfOrder: 0 };
  expect({ missing: [...missing], duplicated, outOfOrder }).toEqual({ ...sound, ...expected });
});

test('offsets of every backend have their order', () => {
  const embedded = ['10', '9', '100'].toSorted(compareOffsets);
  const redis = ['1700000000001-0', '1700000000000-10', '1700000000000-9', '999-5'].toSorted(compareOffsets);
  expect(embedded).toEqual(['9', '10', '100']);
  expect(redis).toEqual(['999-5', '1700000000000-9', '1700000000000-10', '1700000000001-0']);
});
