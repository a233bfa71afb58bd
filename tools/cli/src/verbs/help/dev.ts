import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { openStreams, StreamsError } from '@millrace/streams';
import type { Run } from '../../verb.ts';

const usualPort = 4010;

/** Makes the log, then runs the console on it until Ctrl-C. Exit 1 when the console ends by itself. */
export const run: Run = async ({ parameters, output, signal, environment }) => {
  const file = resolve(
    parameters.optionalArgument(0) ?? join(environment['DATA_DIR'] || './.data', 'streams.db'),
  );
  const port = parameters.integer('port', 0) ?? usualPort;
  await mkdir(dirname(file), { recursive: true });
  const url = `embedded:${file}`;
  const streams = await openStreams(url);
  await streams[Symbol.asyncDispose]();
  const program = await consoleProgram(import.meta.dirname);
  const child = spawn(process.execPath, [...program.flags, url, '--write', '--port', String(port)], {
    cwd: program.folder,
    env: { ...environment, LOG_FORMAT: 'json' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = (): unknown => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: linesOf(child) })) {
    const address = /^Millrace console: (\S+)$/.exec(line)?.[1];
    if (address === undefined) output.message(line);
    else
      await output.value({ url, console: address }, () => `STREAMS_URL=${url}\nMillrace console: ${address}`);
  }
  const [code] = await ended;
  return code === 0 || signal.aborted ? 0 : 1;
};

function linesOf({ stdout }: ChildProcess): NonNullable<ChildProcess['stdout']> {
  if (stdout) return stdout;
  throw new Error('a child whose output is piped has one');
}

interface Program {
  /** Of Node, the program's own file among them. */
  readonly flags: readonly string[];
  readonly folder: string | undefined;
}

/** What the package brings along; in the workspace, where it is packed from, the workspace's own. */
async function consoleProgram(from: string): Promise<Program> {
  const quiet = '--disable-warning=ExperimentalWarning';
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const packed = join(folder, 'console/src/console-main.js');
    if (existsSync(packed)) return { flags: [quiet, packed], folder: undefined };
    const own = join(folder, 'apps/dashboard/src/console-main.ts');
    if ((await isWorkspace(folder)) && existsSync(own))
      return { flags: [quiet, '--conditions=@millrace/source', own], folder };
  }
  throw new StreamsError('UNSUPPORTED', 'this installation has no console: install @millrace/cli again');
}

async function isWorkspace(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  return 'workspaces' in Object(JSON.parse(text));
}
