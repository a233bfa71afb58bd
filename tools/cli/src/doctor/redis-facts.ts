import { openRedisClient } from '@millrace/streams-redis';
import { Cluster, type Redis } from 'ioredis';

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
  return await onMasters(url, factsOf);
}

/** The ids that the masters behind a URL gave themselves at their start, and the number of the database; sorted. */
export async function redisRunIds(url: string): Promise<string[]> {
  const ids = await onMasters(url, async (node) => {
    const { run_id: id } = fieldsOf(await node.info('server'));
    return `${id}/${node.options.db ?? 0}`;
  });
  return ids.toSorted();
}

async function onMasters<Result>(url: string, ask: (node: Redis) => Promise<Result>): Promise<Result[]> {
  const client = await openRedisClient(url);
  try {
    await client.connect();
    const nodes = client instanceof Cluster ? client.nodes('master') : [client];
    return await Promise.all(nodes.map(ask));
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
