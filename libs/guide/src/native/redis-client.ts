import { Cluster, Redis } from 'ioredis';
import type { NodeAddress } from './node-address.ts';

/** The client below the library, for what only Redis says. Lazy: nothing connects before the first command. */
export type RedisClient = Redis | Cluster;

export function openRedisClient(url: string): RedisClient {
  const { nodes, options, isCluster } = parse(url);
  const client = isCluster
    ? new Cluster(nodes, { redisOptions: options, lazyConnect: true })
    : new Redis({ ...options, ...nodes[0], lazyConnect: true, maxRetriesPerRequest: 3 });
  client.on('error', () => undefined);
  return client;
}

/** The masters. */
export async function redisAddresses(url: string): Promise<NodeAddress[]> {
  const { nodes, options, isCluster } = parse(url);
  if (!isCluster) return nodes.slice(0, 1).map((node) => ({ ...options, ...node }));
  const client = openRedisClient(url);
  try {
    await client.connect();
    const masters = client instanceof Cluster ? client.nodes('master') : [];
    return masters.map(({ options: { host = '127.0.0.1', port = 6379 } }) => ({ ...options, host, port }));
  } finally {
    client.disconnect();
  }
}

interface Parsed {
  readonly nodes: { host: string; port: number }[];
  readonly options: { username?: string; password?: string; db?: number; tls?: Record<string, never> };
  readonly isCluster: boolean;
}

function parse(url: string): Parsed {
  const [, scheme = '', rest = ''] = /^([a-z+]+):\/\/([^?#]*)/i.exec(url) ?? [];
  const [address = '', database] = rest.slice(rest.lastIndexOf('@') + 1).split('/');
  const login = rest.includes('@') ? rest.slice(0, rest.lastIndexOf('@')) : '';
  const [username = '', password = ''] = login.split(':').map(decodeURIComponent);
  const nodes = address.split(',').map((text) => {
    const [host = '127.0.0.1', port = '6379'] = text.split(':');
    return { host, port: Number(port) };
  });
  return {
    nodes,
    isCluster: scheme.endsWith('+cluster'),
    options: {
      ...(username === '' ? {} : { username }),
      ...(password === '' ? {} : { password }),
      ...(database ? { db: Number(database) } : {}),
      ...(scheme.startsWith('rediss') ? { tls: {} } : {}),
    },
  };
}
