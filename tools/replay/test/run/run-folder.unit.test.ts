import { expect, test } from 'vitest';
import { newRunName, runFolder } from '../../src/run/run-folder.ts';

test('a new name is a good name and sorts by time', () => {
  const name = newRunName(new Date('2026-11-22T20:39:15.417Z'));
  expect(name).toBe('replay-20261122-203915-417');
  expect(runFolder('/data', name).path).toBe(`/data/runs/${name}`);
});

test.each(['', '../x', 'a/b', 'a b', 'é', 'x'.repeat(41)])('refuses the name %j', (name) => {
  expect(() => runFolder('/data', name)).toThrow(/must be 1 to 40 letters/);
});
