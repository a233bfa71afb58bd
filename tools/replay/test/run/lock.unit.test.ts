import { expect, test } from 'vitest';
import { lockRun } from '../../src/run/lock.ts';
import { createFolders, runFolder } from '../../src/run/run-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('keeps a second replay out until the first has ended', () => {
  const run = runFolder(temporaryFolder(), 'a');
  createFolders(run);
  const lock = lockRun(run);
  expect(() => lockRun(run)).toThrow(/run a is being replayed by another process/);
  lock[Symbol.dispose]();
  lockRun(run)[Symbol.dispose]();
});
