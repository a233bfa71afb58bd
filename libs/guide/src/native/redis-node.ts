import { Redis } from 'ioredis';

/** A node of a Redis Cluster, as another node sees it. */
export interface RedisNodeView {
  readonly id: string;
  readonly port: number;
  readonly isMaster: boolean;
  /** The id of the master that it copies. */
  readonly masterId: string | undefined;
  readonly isUp: boolean;
  /** First and last slot of each range that it serves. */
  readonly slots: readonly (readonly [number, number])[];
}

/** One command on a connection of its own, to that node and no other; rejects when it is away or refuses. */
export async function askRedisNode(port: number, ...words: readonly (string | number)[]): Promise<unknown> {
  const client = new Redis({
    port,
    host: '127.0.0.1',
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
export async function redisClusterView(ports: readonly number[]): Promise<RedisNodeView[]> {
  for (const port of ports) {
    const text = await askRedisNode(port, 'CLUSTER', 'NODES').catch(() => undefined);
    if (text !== undefined) return String(text).trim().split('\n').map(parseNode);
  }
  throw new Error('no node of the cluster replies');
}

/** A line of CLUSTER NODES: `id host:port@bus flags master ping pong epoch state slot slot …`. */
function parseNode(line: string): RedisNodeView {
  const [id = '', address = '', flags = '', master = '', , , , , ...slots] = line.split(' ');
  return {
    id,
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
