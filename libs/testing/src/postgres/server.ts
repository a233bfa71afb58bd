import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../free-ports.ts';

/** A PostgreSQL server of this machine, on a port and in a folder of its own. */
export interface PostgresServer extends AsyncDisposable {
  readonly url: string;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again on its port with what its folder holds. */
  start(): Promise<void>;
}

/** PostgreSQL refuses to run as root; nobody's number then. */
const nobody = 65_534;
const readyWithinMs = 20_000;
const user = 'shop';

export interface PostgresOptions {
  /** An empty folder for the write-ahead log. Default: among the data. */
  readonly walFolder?: string;
}

export async function startPostgres({ walFolder }: PostgresOptions = {}): Promise<PostgresServer> {
  const [port = 0] = await freePorts(1);
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  const owner = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid);
  if (walFolder !== undefined && owner.uid !== undefined) chownSync(walFolder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const setUp = ['--pgdata', data, '--username', user, '--auth', 'trust', '--encoding', 'UTF8', '--no-sync'];
  if (walFolder !== undefined) setUp.push('--waldir', join(walFolder, 'wal'), '--wal-segsize', '1');
  execFileSync('initdb', setUp, { ...owner, cwd: folder, stdio: 'ignore' });
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    const settings = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', folder, '-F'];
    child = spawn('postgres', settings, { ...owner, cwd: folder, stdio: 'ignore' });
    await ready(child, port);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  await start();
  return {
    url: `postgres://${user}@127.0.0.1:${port}/postgres`,
    // Its immediate shutdown: what SIGKILL leaves behind are orphans that hold the folder.
    kill: () => end('SIGQUIT'),
    start,
    [Symbol.asyncDispose]: async () => {
      await end('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ready(child: ChildProcess, port: number): Promise<void> {
  const until = Date.now() + readyWithinMs;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`);
    if (answers(port)) return;
    await sleep(50);
  }
  throw new Error(`postgres did not answer within ${readyWithinMs / 1000} s`);
}

function answers(port: number): boolean {
  try {
    execFileSync('pg_isready', ['--host', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
