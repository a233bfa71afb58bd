import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { openStreams, StreamsError } from '@millrace/streams';
import type { Run } from '../../verb.ts';

const usualPort = 4010;

/** Makes the log, then runs the workspace's console on it until Ctrl-C. */
export const run: Run = async ({ parameters, output, signal, environment }) => {
  const file = resolve(
    parameters.optionalArgument(0) ?? join(environment['DATA_DIR'] || './.data', 'streams.db'),
  );
  const port = parameters.integer('port', 0) ?? usualPort;
  const root = await workspaceWithConsole(import.meta.dirname);
  await mkdir(dirname(file), { recursive: true });
  const url = `embedded:${file}`;
  const streams = await openStreams(url);
  await streams[Symbol.asyncDispose]();
  await output.value({ url, console: `http://127.0.0.1:${port}` }, () => `STREAMS_URL=${url}`);
  const child = spawn('npm', ['run', '--silent', 'console', '--', url, '--write', '--port', String(port)], {
    cwd: root,
    env: { ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  const [code] = await once(child, 'exit');
  return code === 0 || signal.aborted ? 0 : 1;
};

/** The console is a program of the workspace. */
async function workspaceWithConsole(from: string): Promise<string> {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
    const { scripts } = JSON.parse(text) as { readonly scripts?: Readonly<Record<string, string>> };
    if (scripts?.['console'] !== undefined) return folder;
  }
  throw new StreamsError(
    'UNSUPPORTED',
    'the console is part of the Millrace workspace: run this there with npm run streams -- dev',
  );
}
