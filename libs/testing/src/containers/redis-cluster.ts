import { Wait } from 'testcontainers';
import { redisCommand } from '../redis/command.ts';
import { type ClusterNode, clusterPorts, formCluster, type NodePorts } from '../redis/form-cluster.ts';
import { masterOf } from '../redis/masters.ts';
import { durable } from './redis.ts';
import { container, type ServerContainer, serverContainer } from './server-container.ts';

export interface RedisClusterNode extends ServerContainer, ClusterNode {}

export interface RedisClusterContainers extends AsyncDisposable {
  readonly url: string;
  /** The node that is master of the key's slot now. */
  masterOf(key: string): Promise<RedisClusterNode>;
}

/**
 * Six nodes, each in a container of its own, that share the network of a seventh: there 127.0.0.1 and a node's port mean
 * the same to the nodes as to the clients outside, to which a cluster names its nodes.
 */
export async function startRedisClusterContainers(): Promise<RedisClusterContainers> {
  const ports = await clusterPorts();
  await using stack = new AsyncDisposableStack();
  const network = stack.use(await startNetwork(ports));
  const nodes = await allOf(ports.map(async (each) => stack.use(await startNode(network.id, each))));
  await formCluster(nodes, ports);
  const containers = stack.move();
  return {
    url: `redis+cluster://${ports.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    masterOf: (key) => masterOf(nodes, key),
    [Symbol.asyncDispose]: () => containers.disposeAsync(),
  };
}

async function startNetwork(ports: readonly NodePorts[]): Promise<ServerContainer> {
  const image = await container('redis');
  const started = await image
    .withExposedPorts(...ports.map(({ port }) => ({ container: port, host: port })))
    .withCommand(['sh', '-c', 'echo holding; exec sleep 3600'])
    .withWaitStrategy(Wait.forLogMessage('holding'))
    .start();
  return serverContainer(started);
}

async function startNode(network: string, { port, bus }: NodePorts): Promise<RedisClusterNode> {
  const settings = [
    ['--port', String(port)],
    ['--cluster-enabled', 'yes'],
    ['--cluster-node-timeout', '1000'],
    ['--cluster-port', String(bus)],
    ['--repl-diskless-sync-delay', '0'],
  ].flat();
  const image = await container('redis');
  const started = await image
    .withNetworkMode(`container:${network}`)
    .withCommand(['redis-server', ...durable, ...settings])
    .start();
  return { ...(await serverContainer(started)), command: (...args) => redisCommand(port, ...args) };
}

/** Fails only when all have ended one way or the other, so that what did start can be removed. */
async function allOf<Value>(promises: readonly Promise<Value>[]): Promise<readonly Value[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
