import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** What runs the command from its sources, before its own arguments. */
export const commandLine: readonly string[] = [
  process.execPath,
  '--conditions=@millrace/source',
  '--disable-warning=ExperimentalWarning',
  main,
];

/** Starts the command as a process of its own, which a test can kill. */
export function startCommand(
  given: readonly string[],
  folder: string,
  ofNode: readonly string[] = [],
): { readonly child: ChildProcessByStdio<null, Readable, Readable> } {
  const [node = '', ...rest] = commandLine;
  const child = spawn(node, [...ofNode, ...rest, ...given], {
    cwd: folder,
    env: { ...process.env, DATA_DIR: join(folder, 'data') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child };
}
