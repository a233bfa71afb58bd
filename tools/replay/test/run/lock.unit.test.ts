import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

test('a replay that was killed leaves no lock behind', async () => {
  const run = runFolder(temporaryFolder(), 'a');
  createFolders(run);
  const program = new URL('../fixtures/lock-holder.ts', import.meta.url).pathname;
  const holder = spawn(process.execPath, ['--conditions=@millrace/source', program, run.path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  expect(() => lockRun(run)).toThrow(/another process/);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  lockRun(run)[Symbol.dispose]();
});
