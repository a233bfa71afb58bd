import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { lockRun } from '../../src/run/lock.ts';
import { createFolders, runFolder } from '../../src/run/run-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('a replay that was killed leaves no lock behind', async () => {
  const run = runFolder(temporaryFolder(), 'a');
  createFolders(run);
  const program = new URL('../fixtures/lock-holder.ts', import.meta.url).pathname;
  using cleanup = new DisposableStack();
  const holder = spawn(process.execPath, ['--conditions=@millrace/source', program, run.path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanup.defer(() => void holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  expect(() => lockRun(run)).toThrow(/another process/);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  lockRun(run)[Symbol.dispose]();
});
