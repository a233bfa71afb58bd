import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '../free-ports.ts';
import { launchServer } from '../launch-server.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import { redisCommand } from './command.ts';

export interface RedisServerOptions {
  /** Default: `redis-server`; a Valkey server takes the same arguments. */
  readonly binary?: string;
  readonly port?: number;
  /** In a process group of its own: see `launchServer`. Default: false. */
  readonly detached?: boolean;
  /** Further arguments, such as `--cluster-enabled yes`. */
  readonly arguments?: readonly string[];
}

/** A server of this machine, on a port and in a folder of its own. */
export interface RedisServer extends ServerProcess, AsyncDisposable {
  readonly port: number;
  readonly url: string;
  command(...args: readonly (string | number)[]): Promise<string>;
}

const readyWithinMs = 60_000;

/** Keeps every write on disk (`appendfsync always`), so that what was acknowledged survives a kill. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const [port = 0] = options.port === undefined ? await freePorts(1) : [options.port];
  const folder = mkdtempSync(join(tmpdir(), 'streams-redis-'));
  const binary = options.binary ?? process.env['REDIS_SERVER'] ?? 'redis-server';
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  const server = await startServer(
    () =>
      launchServer(binary, [...serverArguments(port, folder), ...(options.arguments ?? [])], {
        stdio: 'ignore',
        detached: options.detached ?? false,
      }),
    (child) => ready(child, port),
  ).catch((error: unknown) => {
    removeFolder();
    throw error;
  });
  return {
    ...server,
    port,
    url: `redis://127.0.0.1:${port}`,
    command: (...args) => redisCommand(port, ...args),
    [Symbol.asyncDispose]: async () => {
      await server.kill();
      removeFolder();
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
