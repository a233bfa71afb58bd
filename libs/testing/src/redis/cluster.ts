import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '../free-ports.ts';
import { masterOf } from './masters.ts';
import { moveSlotOf } from './move-slot.ts';
import { type RedisServer, startRedis } from './server.ts';

export interface RedisCluster extends AsyncDisposable {
  /** Three masters, then their three replicas. */
  readonly nodes: readonly RedisServer[];
  readonly url: string;
  /** The node that is master of the key's slot now. */
  masterOf(key: string): Promise<RedisServer>;
  /** Moves the key's slot, with all that lies in it, to another master, key by key; answers the new one. */
  moveSlotOf(key: string): Promise<RedisServer>;
  /** Resolves once all nodes answer, agree that all slots are served, and every replica is in sync. */
  whole(): Promise<void>;
}

const masters = 3;
const slots = 16_384;
const formedWithinMs = 60_000;

/** Six nodes of this machine; resolves once all of them agree and every replica is in sync. */
export async function startRedisCluster(
  options: { readonly binary?: string; readonly nodeTimeoutMs?: number } = {},
): Promise<RedisCluster> {
  const ports = await freePorts(masters * 2);
  const settings = [
    ['--cluster-enabled', 'yes'],
    ['--cluster-node-timeout', String(options.nodeTimeoutMs ?? 1_000)],
    ['--cluster-config-file', 'nodes.conf'],
    ['--repl-diskless-sync-delay', '0'],
  ].flat();
  const nodes = await Promise.all(
    ports.map((port, index) =>
      startRedis({
        port,
        arguments: [...settings, '--cluster-port', String(busPort(port, index))],
        ...(options.binary === undefined ? {} : { binary: options.binary }),
      }),
    ),
  );
  const cluster: RedisCluster = {
    nodes,
    url: `redis+cluster://${ports.map((port) => `127.0.0.1:${port}`).join(',')}`,
    masterOf: (key) => masterOf(nodes, key),
    moveSlotOf: (key) => moveSlotOf(nodes, key),
    whole: () => whole(nodes),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
    },
  };
  try {
    await form(nodes, ports);
    return cluster;
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
}

/** The usual bus port may lie above the last port or be taken. */
function busPort(port: number, index: number): number {
  return port + 10_000 <= 65_535 ? port + 10_000 : 20_000 + (port % 1_000) * 10 + index;
}

async function form(nodes: readonly RedisServer[], ports: readonly number[]): Promise<void> {
  const [first] = nodes;
  if (!first) return;
  for (const [index, node] of nodes.entries()) {
    const port = ports[index] ?? 0;
    await first.command('CLUSTER', 'MEET', '127.0.0.1', port, busPort(port, index));
    if (index >= masters) continue;
    const from = Math.ceil((slots / masters) * index);
    const to = Math.ceil((slots / masters) * (index + 1)) - 1;
    await node.command('CLUSTER', 'ADDSLOTSRANGE', from, to);
  }
  await until('all nodes know each other', async () => {
    const views = await Promise.all(nodes.map((node) => node.command('CLUSTER', 'NODES')));
    return views.every((view) => (view.match(/ connected/g) ?? []).length === nodes.length);
  });
  for (const [index, node] of nodes.slice(masters).entries()) {
    const id = (await nodes[index]?.command('CLUSTER', 'MYID'))?.split('\r\n')[1] ?? '';
    await until(`replica ${index} is one`, async () =>
      (await node.command('CLUSTER', 'REPLICATE', id)).startsWith('+OK'),
    );
  }
  await whole(nodes);
}

async function whole(nodes: readonly RedisServer[]): Promise<void> {
  await until('the cluster is up and its replicas are in sync', async () => {
    const infos = await Promise.all(nodes.map((node) => node.command('CLUSTER', 'INFO')));
    const links = await Promise.all(nodes.map((node) => node.command('INFO', 'replication')));
    const replicas = links.filter((link) => link.includes('role:slave'));
    return (
      infos.every((info) => info.includes('cluster_state:ok')) &&
      replicas.length === nodes.length - masters &&
      replicas.every((link) => link.includes('master_link_status:up'))
    );
  });
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + formedWithinMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${formedWithinMs} ms in vain until ${what}`);
    await delay(50);
  }
}
