import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Starts the command as a process of its own, which a test can kill. */
export function startCommand(
  given: readonly string[],
  folder: string,
): { readonly child: ChildProcessByStdio<null, Readable, Readable> } {
  const child = spawn(
    process.execPath,
    ['--conditions=@millrace/source', '--disable-warning=ExperimentalWarning', main, ...given],
    {
      cwd: folder,
      env: { ...process.env, DATA_DIR: join(folder, 'data') },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  return { child };
}
