import { Redis } from 'ioredis';
import type { NodeAddress } from './node-address.ts';

/** A node of a Redis Cluster, as another node sees it. */
export interface RedisNodeView {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly isMaster: boolean;
  /** The id of the master that it copies. */
  readonly masterId: string | undefined;
  readonly isUp: boolean;
  /** First and last slot of each range that it serves. */
  readonly slots: readonly (readonly [number, number])[];
}

/** One command on a connection of its own, to that node and no other; rejects when it is away or refuses. */
export async function askRedisNode(
  address: NodeAddress,
  ...words: readonly (string | number)[]
): Promise<unknown> {
  const client = new Redis({
    ...address,
    lazyConnect: true,
    connectTimeout: 1_000,
    commandTimeout: 5_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const [command = '', ...rest] = words.map(String);
    return await client.call(command, ...rest);
  } finally {
    client.disconnect();
  }
}

/** The cluster as the first of the nodes sees it that replies. */
export async function redisClusterView(nodes: readonly NodeAddress[]): Promise<RedisNodeView[]> {
  for (const node of nodes) {
    const text = await askRedisNode(node, 'CLUSTER', 'NODES').catch(() => undefined);
    if (text !== undefined)
      return String(text)
        .trim()
        .split('\n')
        .map((line) => parseNode(line, node.host));
  }
  throw new Error('no node of the cluster replies');
}

/** A line of CLUSTER NODES: `id host:port@bus flags master ping pong epoch state slot slot …`. */
function parseNode(line: string, asked: string): RedisNodeView {
  const [id = '', address = '', flags = '', master = '', , , , , ...slots] = line.split(' ');
  return {
    id,
    // A node that has not been told who it is says no host of itself.
    host: /^(.*):\d+@/.exec(address)?.[1] || asked,
    port: Number(/:(\d+)@/.exec(address)?.[1]),
    isMaster: flags.includes('master'),
    masterId: master === '-' ? undefined : master,
    isUp: !/fail|noaddr|handshake/.test(flags),
    // A slot in brackets is on its way.
    slots: slots
      .filter((text) => !text.startsWith('['))
      .map((text) => {
        const [first = '', last = first] = text.split('-');
        return [Number(first), Number(last)] as const;
      }),
  };
}

/** The master that serves the slot. */
export function masterOfSlot(view: readonly RedisNodeView[], slot: number): RedisNodeView | undefined {
  return view.find(
    ({ isMaster, isUp, slots }) =>
      isMaster && isUp && slots.some(([first, last]) => slot >= first && slot <= last),
  );
}
