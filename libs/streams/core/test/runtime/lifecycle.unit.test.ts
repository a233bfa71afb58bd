import { expect, test } from 'vitest';
import { Health } from '../../src/runtime/health.ts';
import { Lifecycle } from '../../src/runtime/lifecycle.ts';

test('a partition whose next lease begins before the last one is given back is held until the next one ends', () => {
  const lifecycle = new Lifecycle('g', 1_000, new Health('g', {}));
  lifecycle.gained(1);
  lifecycle.gained(0);
  lifecycle.gained(1);
  lifecycle.ended(1);
  expect(lifecycle.leases).toEqual([0, 1]);
  lifecycle.ended(1);
  expect(lifecycle.leases).toEqual([0]);
});
