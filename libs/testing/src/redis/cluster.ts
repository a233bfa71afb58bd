import { freePorts } from '../free-ports.ts';
import { clusterPorts, formCluster, whole } from './form-cluster.ts';
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
  /** Starts another node, empty and not yet met by the others; it ends with the cluster. */
  addNode(): Promise<RedisServer>;
  /** Resolves once all nodes answer, agree that all slots are served, and every replica is in sync. */
  whole(): Promise<void>;
}

/** Six nodes of this machine; resolves once all of them agree and every replica is in sync. */
export async function startRedisCluster(
  options: { readonly binary?: string; readonly nodeTimeoutMs?: number } = {},
): Promise<RedisCluster> {
  const ports = await clusterPorts();
  const settings = [
    ['--cluster-enabled', 'yes'],
    ['--cluster-node-timeout', String(options.nodeTimeoutMs ?? 1_000)],
    ['--cluster-config-file', 'nodes.conf'],
    ['--repl-diskless-sync-delay', '0'],
  ].flat();
  const startNode = (port: number, bus: number): Promise<RedisServer> =>
    startRedis({
      port,
      arguments: [...settings, '--cluster-port', String(bus)],
      ...(options.binary === undefined ? {} : { binary: options.binary }),
    });
  const nodes = await Promise.all(ports.map(({ port, bus }) => startNode(port, bus)));
  const added: RedisServer[] = [];
  const cluster: RedisCluster = {
    nodes,
    url: `redis+cluster://${ports.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    masterOf: (key) => masterOf(nodes, key),
    moveSlotOf: (key) => moveSlotOf(nodes, key),
    addNode: async () => {
      const [port = 0, bus = 0] = await freePorts(2);
      const node = await startNode(port, bus);
      added.push(node);
      return node;
    },
    whole: () => whole(nodes),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...nodes, ...added].map((node) => node[Symbol.asyncDispose]()));
    },
  };
  try {
    await formCluster(nodes, ports);
    return cluster;
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
}
