import type { RedisCluster } from '@millrace/testing';
import { Redis } from 'ioredis';

/** What the driver keeps beside the records: kind of key to its number of keys, elements and bytes. */
export type Bookkeeping = Map<string, { keys: number; elements: number; bytes: number }>;

/** Everything under `millrace:` on the masters of a Cluster. */
export async function bookkeeping(cluster: RedisCluster): Promise<Bookkeeping> {
  const found: Bookkeeping = new Map();
  for (const { port } of cluster.nodes) {
    const node = new Redis(port, '127.0.0.1', { protocol: 2 });
    try {
      if (!(await node.info('replication')).includes('role:master')) continue;
      for await (const keys of node.scanStream({ match: 'millrace:*', count: 1_000 }))
        for (const key of keys as string[]) await measure(node, key, found);
    } finally {
      node.disconnect();
    }
  }
  return found;
}

const sizes = { stream: 'XLEN', hash: 'HLEN', set: 'SCARD', zset: 'ZCARD' } as const;

async function measure(node: Redis, key: string, found: Bookkeeping): Promise<void> {
  const [type, bytes] = await Promise.all([
    node.type(key),
    node.call('MEMORY', ['USAGE', key, 'SAMPLES', 0]),
  ]);
  const command = Object.entries(sizes).find(([name]) => name === type)?.[1];
  if (!command) return;
  const kind = kindOf(key);
  const sum = found.get(kind) ?? { keys: 0, elements: 0, bytes: 0 };
  sum.keys += 1;
  sum.elements += Number(await node.call(command, [key]));
  sum.bytes += Number(bytes);
  found.set(kind, sum);
}

/** `millrace:{P3}:group:seen:0` is of the kind `seen`. */
function kindOf(key: string): string {
  const [, , second, third] = key.split(':');
  return second === 'producers' ? second : (third ?? second ?? key);
}
