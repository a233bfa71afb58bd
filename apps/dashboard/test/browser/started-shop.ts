import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const workspace = join(import.meta.dirname, '../../../..');
const startsWithinMs = 120_000;
const stopsWithinMs = 40_000;

/** The shop as `npm start` starts it, on free ports and in a folder of its own. */
export interface StartedShop extends AsyncDisposable {
  /** Of the dashboard. */
  readonly url: string;
  readonly folder: string;
  readonly streamsUrl: string;
  /** Of the process that started the services. */
  readonly pid: number;
  /** What its services logged so far. */
  log(): string;
}

/** With a `backend` on a server of its own. */
export async function startShop(
  environment: Readonly<Record<string, string>> = {},
  backend?: 'redis' | 'kafka',
): Promise<StartedShop> {
  const folder = await mkdtemp(join(tmpdir(), 'started-shop-'));
  const child = spawn(
    'npm',
    ['start', '--silent', ...(backend === undefined ? [] : ['--', '--backend', backend])],
    {
      cwd: workspace,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        PORT: '0',
        DATA_DIR: folder,
        LOG_LEVEL: 'warn',
        ...environment,
      },
    },
  );
  let log = '';
  const keep = (chunk: Buffer): void => {
    log = (log + chunk.toString()).slice(-1_000_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const url = await addressIn(() => log, child);
    const [, own] = / runs at ((?:redis|kafka):\S+)/.exec(log) ?? [];
    const streamsUrl = own ?? environment['STREAMS_URL'] ?? `embedded:${folder}/streams.db`;
    return { url, folder, streamsUrl, pid: child.pid ?? 0, log: () => log, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The process of a service at this moment, once there is one. */
export async function serviceProcess({ pid }: StartedShop, service: string): Promise<number> {
  const program = `apps/${service}/src/main.ts`;
  for (const until = Date.now() + startsWithinMs; Date.now() < until; await sleep(50)) {
    for (const each of await descendants(pid)) {
      const command = await readFile(`/proc/${each}/cmdline`, 'utf8').catch(() => '');
      if (command.includes(program)) return each;
    }
  }
  throw new Error(`no process of ${service} was started within ${startsWithinMs / 1_000} s`);
}

async function addressIn(log: () => string, child: ChildProcess): Promise<string> {
  const until = Date.now() + startsWithinMs;
  while (Date.now() < until && child.exitCode === null) {
    const [, url] = /Millrace shop: (http:\S+)/.exec(log()) ?? [];
    if (url !== undefined) return url;
    await sleep(50);
  }
  throw new Error(`the shop did not start:\n${log().slice(-5_000)}`);
}

/** As Ctrl-C does it; what does not end is ended by force. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const services = await descendants(child.pid);
  const ended = once(child, 'exit');
  process.kill(-child.pid, 'SIGTERM');
  const timeout = new AbortController();
  await Promise.race([
    ended,
    sleep(stopsWithinMs, undefined, { signal: timeout.signal }).catch(() => undefined),
  ]);
  timeout.abort();
  for (const pid of [child.pid, ...services]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}

async function descendants(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const own = children.split(' ').filter(Boolean).map(Number);
  return [...own, ...(await Promise.all(own.map(descendants))).flat()];
}
