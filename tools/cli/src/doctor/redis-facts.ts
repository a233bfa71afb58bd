import { Cluster, Redis } from 'ioredis';

/** What one Redis or Valkey server says about itself. */
export interface RedisFacts {
  readonly address: string;
  readonly version: string;
  /** Undefined where CONFIG is not allowed to this user. */
  readonly settings: Readonly<Record<string, string>> | undefined;
  readonly usedBytes: number;
  readonly replicas: number;
  readonly lastWriteFailed: boolean;
  /** The server's clock less ours, milliseconds. */
  readonly skewMs: number;
}

const settingNames = [
  'maxmemory',
  'maxmemory-policy',
  'appendonly',
  'appendfsync',
  'min-replicas-to-write',
] as const;

/** Of every master behind a URL. */
export async function redisFacts(url: string): Promise<RedisFacts[]> {
  const client = open(url);
  try {
    await client.connect();
    const nodes = client instanceof Cluster ? client.nodes('master') : [client];
    return await Promise.all(nodes.map(factsOf));
  } finally {
    client.disconnect();
  }
}

async function factsOf(node: Redis): Promise<RedisFacts> {
  const info = fieldsOf(await node.info());
  const asked = Date.now();
  const [seconds = 0, micros = 0] = (await node.time()).map(Number);
  const answered = Date.now();
  return {
    address: `${node.options.host}:${node.options.port}`,
    version: info['valkey_version'] ?? info['redis_version'] ?? 'unknown',
    settings: await settingsOf(node),
    usedBytes: Number(info['used_memory'] ?? 0),
    replicas: Number(info['connected_slaves'] ?? 0),
    lastWriteFailed: info['aof_last_write_status'] === 'err' || info['aof_last_bgrewrite_status'] === 'err',
    skewMs: seconds * 1_000 + Math.floor(micros / 1_000) - (asked + answered) / 2,
  };
}

async function settingsOf(node: Redis): Promise<Record<string, string> | undefined> {
  try {
    const pairs = await Promise.all(
      settingNames.map((name) => node.config('GET', name) as Promise<string[]>),
    );
    return Object.fromEntries(pairs.map(([name = '', value = '']) => [name, value]));
  } catch {
    return undefined;
  }
}

function fieldsOf(info: string): Record<string, string> {
  return Object.fromEntries(
    info.split('\r\n').flatMap((line) => {
      const at = line.indexOf(':');
      return at > 0 && !line.startsWith('#') ? [[line.slice(0, at), line.slice(at + 1)] as const] : [];
    }),
  );
}

function open(url: string): Redis | Cluster {
  const options = { lazyConnect: true, maxRetriesPerRequest: 1, retryStrategy: () => null } as const;
  const { protocol, login, hosts, path } = split(url);
  switch (protocol) {
    case 'redis+cluster:':
      return new Cluster([...hosts], {
        lazyConnect: true,
        redisOptions: login,
        clusterRetryStrategy: () => null,
      });
    case 'redis+sentinel:':
      return new Redis({ ...options, ...login, sentinels: [...hosts], name: path });
    default:
      return new Redis(url, options);
  }
}

function split(url: string): {
  readonly protocol: string;
  readonly login: { readonly username?: string; readonly password?: string };
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly path: string;
} {
  const [, protocol = '', user, password, hosts = '', path = ''] =
    /^([a-z+]+:)\/\/(?:([^:@/]*)(?::(.*))?@)?([^/?]*)(?:\/([^?]*))?/.exec(url) ?? [];
  return {
    protocol,
    login: {
      ...(user ? { username: decodeURIComponent(user) } : {}),
      ...(password ? { password: decodeURIComponent(password) } : {}),
    },
    hosts: hosts.split(',').map((each) => {
      const [host = '', port = '6379'] = each.split(':');
      return { host, port: Number(port) };
    }),
    path: path.split('/')[0] ?? '',
  };
}
