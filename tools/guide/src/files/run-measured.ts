import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { GuideError, residentBytes } from '@millrace/guide';
import type { MendReport, MendScript } from './mend-main.ts';

export interface MemorySample {
  readonly ms: number;
  readonly bytes: number;
}

export interface MeasuredRun {
  readonly name: string;
  readonly ms: number;
  readonly memory: readonly MemorySample[];
  /** Undefined for a program that does not count. */
  readonly report: MendReport | undefined;
}

const sampleMs = 25;
const program = fileURLToPath(new URL('./mend-main.ts', import.meta.url));

/** Mends the file in a process of its own. */
export async function mend(name: string, script: MendScript, signal: AbortSignal): Promise<MeasuredRun> {
  const child = fork(program, [JSON.stringify(script)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let report: MendReport | undefined;
  child.on('message', (message: MendReport) => {
    report = message;
  });
  const run = await watched(name, child, signal);
  return { ...run, ms: report?.ms ?? run.ms, report };
}

/** GNU sed in its fastest locale, its output into a file. */
export async function mendBySed(
  { input, output, word, by }: MendScript,
  signal: AbortSignal,
): Promise<MeasuredRun> {
  await using file = await open(output, 'w');
  const child = spawn('sed', [`s/${word}/${by}/g`, input], {
    env: { LC_ALL: 'C', PATH: '/usr/local/bin:/usr/bin:/bin' },
    stdio: ['ignore', file.fd, 'pipe'],
  });
  return { ...(await watched('sed', child, signal)), report: undefined };
}

async function watched(
  name: string,
  child: ChildProcess,
  signal: AbortSignal,
): Promise<Omit<MeasuredRun, 'report'>> {
  const started = performance.now();
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = `${errors}${text}`.slice(-2_000);
  });
  const kill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  const ended = once(child, 'close');
  const memory: MemorySample[] = [];
  const done = ended.then(
    () => true,
    () => true,
  );
  do {
    const bytes = await residentBytes(child.pid ?? 0);
    if (bytes > 0) memory.push({ ms: performance.now() - started, bytes });
  } while (!(await Promise.race([done, delay(sampleMs, false)])));
  signal.removeEventListener('abort', kill);
  const ms = performance.now() - started;
  const [code, killed] = (await ended) as [number | null, string | null];
  signal.throwIfAborted();
  if (code !== 0) throw new GuideError(`${name} ended with ${code ?? killed}: ${errors.trim()}`);
  return { name, ms, memory };
}
