import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Checkpoint } from '../../src/run/checkpoint.ts';
import { createFolders, runFolder } from '../../src/run/run-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function folder() {
  const run = runFolder(temporaryFolder(), 'a');
  createFolders(run);
  return run;
}

test('begins at nothing and goes on where it was saved', () => {
  const run = folder();
  const checkpoint = Checkpoint.load(run);
  expect(checkpoint.reached('sales')).toBe(0);
  checkpoint.advance('sales', 3);
  checkpoint.advance('access-log', 1);
  checkpoint.save();
  const resumed = Checkpoint.load(run);
  expect([resumed.reached('sales'), resumed.reached('access-log')]).toEqual([3, 1]);
});

test('adds up the time of all sessions', async () => {
  const run = folder();
  writeFileSync(run.checkpoint, JSON.stringify({ chunks: {}, elapsedMs: 5_000 }));
  const checkpoint = Checkpoint.load(run);
  expect(checkpoint.elapsedMs).toBe(5_000);
  checkpoint.startClock();
  await expect.poll(() => checkpoint.elapsedMs).toBeGreaterThan(5_000);
});

test('says what to do about a damaged file', () => {
  const run = folder();
  writeFileSync(run.checkpoint, '{"chunks":{"sales":-1},"elapsedMs":0}');
  expect(() => Checkpoint.load(run)).toThrow(/delete it and the run publishes from the first chunk again/);
});
