import { openRedisClient as openClient } from '@millrace/streams-redis';
import { Cluster, type Redis, type RedisOptions } from 'ioredis';
import type { NodeAddress } from './node-address.ts';

/** The client below the library, for what only Redis says. Nothing connects before the first command. */
export async function openRedisClient(url: string): Promise<Redis | Cluster> {
  return await openClient(url, { reconnect: true });
}

/** The masters. */
export async function redisAddresses(url: string): Promise<NodeAddress[]> {
  const client = await openRedisClient(url);
  try {
    await client.connect();
    if (client instanceof Cluster) return client.nodes('master').map(({ options }) => addressIn(options));
    if (client.options.sentinels == null) return [addressIn(client.options)];
    const { remoteAddress: host, remotePort: port } = client.stream;
    if (host === undefined || port === undefined) throw new Error('the connection to the master is gone');
    return [{ ...addressIn(client.options), host, port }];
  } finally {
    client.disconnect();
  }
}

function addressIn({ host = '127.0.0.1', port = 6379, username, password, tls }: RedisOptions): NodeAddress {
  return {
    host,
    port,
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(tls ? { tls: {} } : {}),
  };
}
