import { readFileSync } from 'node:fs';
import { Cluster, Redis } from 'ioredis';
import type { NodeAddress } from './node-address.ts';
import { serverUrl } from './server-url.ts';

/** The client below the library, for what only Redis says. Lazy: nothing connects before the first command. */
export type RedisClient = Redis | Cluster;

export function openRedisClient(url: string): RedisClient {
  const client = unconnected(parse(url));
  client.on('error', () => undefined);
  return client;
}

function unconnected({ nodes, options, kind, name }: Parsed): RedisClient {
  const lazily = { lazyConnect: true } as const;
  switch (kind) {
    case 'cluster':
      return new Cluster(nodes, { redisOptions: options, ...lazily });
    case 'sentinel':
      return new Redis({ ...options, sentinels: nodes, name, ...lazily, maxRetriesPerRequest: 3 });
    case 'alone':
      return new Redis({ ...options, ...nodes[0], ...lazily, maxRetriesPerRequest: 3 });
    default:
      return kind satisfies never;
  }
}

/** The masters. */
export async function redisAddresses(url: string): Promise<NodeAddress[]> {
  const { nodes, options, kind } = parse(url);
  if (kind === 'sentinel') return [{ ...options, ...(await masterBySentinels(url)) }];
  if (kind === 'alone') return nodes.slice(0, 1).map((node) => ({ ...options, ...node }));
  const client = openRedisClient(url);
  try {
    await client.connect();
    const masters = client instanceof Cluster ? client.nodes('master') : [];
    return masters.map(({ options: { host = '127.0.0.1', port = 6379 } }) => ({ ...options, host, port }));
  } finally {
    client.disconnect();
  }
}

async function masterBySentinels(url: string): Promise<{ host: string; port: number }> {
  const client = openRedisClient(url);
  try {
    await client.connect();
    const { remoteAddress: host, remotePort: port } = (client as Redis).stream;
    if (host === undefined || port === undefined) throw new Error('the connection to the master is gone');
    return { host, port };
  } finally {
    client.disconnect();
  }
}

interface Parsed {
  readonly nodes: { host: string; port: number }[];
  readonly options: { username?: string; password?: string; db?: number; tls?: Record<string, never> };
  readonly kind: 'alone' | 'cluster' | 'sentinel';
  /** Of the master, as its Sentinels know it. */
  readonly name: string;
}

function parse(url: string): Parsed {
  const { scheme, endpoints, path, username, password, parameters } = serverUrl(url);
  const kind = scheme.endsWith('+cluster') ? 'cluster' : scheme.endsWith('+sentinel') ? 'sentinel' : 'alone';
  const [name = '', ofSentinel] = path;
  const database = kind === 'sentinel' ? ofSentinel : path[0];
  const secret =
    password ?? (parameters.passwordFile && readFileSync(parameters.passwordFile, 'utf8').trim());
  return {
    nodes: endpoints.map(({ host, port }) => ({ host, port })),
    kind,
    name,
    options: {
      ...(username === undefined ? {} : { username }),
      ...(secret ? { password: secret } : {}),
      ...(database === undefined ? {} : { db: Number(database) }),
      ...(scheme.startsWith('rediss') ? { tls: {} } : {}),
    },
  };
}
