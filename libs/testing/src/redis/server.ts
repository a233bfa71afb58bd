import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '../free-ports.ts';
import { redisCommand } from './command.ts';

export interface RedisServerOptions {
  /** `redis-server` unless told otherwise; a Valkey server takes the same arguments. */
  readonly binary?: string;
  readonly port?: number;
  /** Further arguments, such as `--cluster-enabled yes`. */
  readonly arguments?: readonly string[];
}

/** A server of this machine, on a port and in a folder of its own. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly pid: () => number;
  /** SIGKILL; resolves once the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay and nothing answers. */
  pause(): void;
  resume(): void;
  /** Starts it again on its port with what its folder holds. */
  start(): Promise<void>;
  command(...args: readonly (string | number)[]): Promise<string>;
}

const readyWithinMs = 20_000;

/** Keeps every write on disk (`appendfsync always`), so that what was acknowledged survives a kill. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const [port = 0] = options.port === undefined ? await freePorts(1) : [options.port];
  const folder = mkdtempSync(join(tmpdir(), 'streams-redis-'));
  const binary = options.binary ?? process.env['REDIS_SERVER'] ?? 'redis-server';
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    child = spawn(binary, [...serverArguments(port, folder), ...(options.arguments ?? [])], {
      stdio: 'ignore',
    });
    await ready(child, port);
  };
  const kill = async (): Promise<void> => {
    const running = child;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    running.kill('SIGKILL');
    await once(running, 'exit');
  };
  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    pid: () => child?.pid ?? 0,
    kill,
    pause: () => child?.kill('SIGSTOP'),
    resume: () => child?.kill('SIGCONT'),
    start,
    command: (...args) => redisCommand(port, ...args),
    [Symbol.asyncDispose]: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function serverArguments(port: number, folder: string): string[] {
  return [
    ['--port', String(port)],
    ['--bind', '127.0.0.1'],
    ['--dir', folder],
    ['--save', ''],
    ['--appendonly', 'yes'],
    ['--appendfsync', 'always'],
    ['--enable-debug-command', 'local'],
  ].flat();
}

async function ready(child: ChildProcess, port: number): Promise<void> {
  const until = Date.now() + readyWithinMs;
  while (Date.now() < until) {
    if (child.exitCode !== null)
      throw new Error(`the Redis server on port ${port} ended with code ${child.exitCode}`);
    const answer = await redisCommand(port, 'PING').catch(() => '');
    if (answer.startsWith('+PONG')) return;
    await delay(10);
  }
  throw new Error(`the Redis server on port ${port} did not answer within ${readyWithinMs} ms`);
}
