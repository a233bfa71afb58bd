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
  /** What its services logged so far. */
  log(): string;
}

export async function startShop(environment: Readonly<Record<string, string>> = {}): Promise<StartedShop> {
  const folder = await mkdtemp(join(tmpdir(), 'started-shop-'));
  const child = spawn('npm', ['start', '--silent'], {
    cwd: workspace,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', PORT: '0', DATA_DIR: folder, LOG_LEVEL: 'warn', ...environment },
  });
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
    const streamsUrl = environment['STREAMS_URL'] ?? `embedded:${folder}/streams.db`;
    return { url, folder, streamsUrl, log: () => log, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
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
