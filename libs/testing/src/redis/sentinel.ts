import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '../free-ports.ts';
import { redisCommand } from './command.ts';
import { type RedisServer, startRedis } from './server.ts';

export interface RedisSentinels extends AsyncDisposable {
  readonly url: string;
  readonly master: RedisServer;
  readonly replica: RedisServer;
}

const name = 'shop';
const sentinels = 3;
const readyWithinMs = 30_000;

/** A master, a replica and three Sentinels that replace a master silent for a second. */
export async function startRedisSentinels(): Promise<RedisSentinels> {
  const master = await startRedis({ arguments: ['--repl-diskless-sync-delay', '0'] });
  const replica = await startRedis({
    arguments: ['--replicaof', `127.0.0.1 ${master.port}`, '--repl-diskless-sync-delay', '0'],
  });
  const folder = mkdtempSync(join(tmpdir(), 'streams-sentinel-'));
  const ports = await freePorts(sentinels);
  const children = ports.map((port) => startSentinel(folder, port, master.port));
  const close = async (): Promise<void> => {
    await Promise.all(children.map(stop));
    await Promise.all([master, replica].map((server) => server[Symbol.asyncDispose]()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await ready(ports, replica);
  } catch (error) {
    await close();
    throw error;
  }
  const url = `redis+sentinel://${ports.map((port) => `127.0.0.1:${port}`).join(',')}/${name}`;
  return { url, master, replica, [Symbol.asyncDispose]: close };
}

function startSentinel(folder: string, port: number, masterPort: number): ChildProcess {
  const file = join(folder, `${port}.conf`);
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${name} 127.0.0.1 ${masterPort} 2`,
    `sentinel down-after-milliseconds ${name} 1000`,
    `sentinel failover-timeout ${name} 5000`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return spawn('redis-sentinel', [file], { stdio: 'ignore' });
}

async function ready(ports: readonly number[], replica: RedisServer): Promise<void> {
  const until = Date.now() + readyWithinMs;
  while (Date.now() < until) {
    const views = await Promise.all(
      ports.map((port) => redisCommand(port, 'SENTINEL', 'MASTER', name).catch(() => '')),
    );
    const replication = await replica.command('INFO', 'replication');
    const agree = views.every(
      (view) => /num-slaves\r\n\$1\r\n1\r\n/.test(view) && /num-other-sentinels\r\n\$1\r\n2\r\n/.test(view),
    );
    if (agree && replication.includes('master_link_status:up')) return;
    await delay(50);
  }
  throw new Error(`the Sentinels did not agree within ${readyWithinMs} ms`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
