import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '../free-ports.ts';

/** What a node is to who makes a cluster of it; wherever it runs, it is reached at a port of the loopback address. */
export interface ClusterNode {
  /** The raw reply to a command. */
  command(...args: readonly (string | number)[]): Promise<string>;
}

const masters = 3;

export interface NodePorts {
  /** For clients. */
  readonly port: number;
  /** For the other nodes. */
  readonly bus: number;
}

/** Ports for three masters and their three replicas. */
export async function clusterPorts(): Promise<NodePorts[]> {
  const nodes = masters * 2;
  const ports = await freePorts(nodes * 2);
  return ports.slice(0, nodes).map((port, index) => ({ port, bus: ports[nodes + index] ?? 0 }));
}

const slots = 16_384;
const formedWithinMs = 60_000;

/** Makes a cluster of nodes that are empty; resolves once all of them agree and every replica is in sync. */
export async function formCluster(nodes: readonly ClusterNode[], ports: readonly NodePorts[]): Promise<void> {
  const [first] = nodes;
  if (!first) return;
  await until('all nodes answer', async () => {
    const answers = await Promise.all(nodes.map((node) => node.command('PING').catch(() => '')));
    return answers.every((answer) => answer.startsWith('+PONG'));
  });
  for (const [index, node] of nodes.entries()) {
    const { port, bus } = ports[index] ?? { port: 0, bus: 0 };
    await first.command('CLUSTER', 'MEET', '127.0.0.1', port, bus);
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

/** Resolves once all nodes answer, agree that all slots are served, and every replica is in sync. */
export async function whole(nodes: readonly ClusterNode[]): Promise<void> {
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
