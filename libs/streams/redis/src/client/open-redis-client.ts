import { Cluster, Redis } from 'ioredis';
import { clusterOptions, serverOptions } from './client-options.ts';
import { Login, usePassword } from './login.ts';
import { parseUrl } from './url.ts';

export interface RedisClientOptions {
  /** Connects again after its connection is gone, as long as it takes. Default: false, what is asked then is rejected at once. */
  readonly reconnect?: boolean;
}

const longestRetryMs = 1_000;

/**
 * A client of ioredis for what only Redis itself says, by every URL that the driver takes, with the same login, TLS and
 * Sentinels. It connects at its first command, prints nothing, and says what is wrong by the rejection of what it is asked.
 * INVALID_ARGUMENT for a URL of something else, UNAUTHORIZED when the password file cannot be read.
 */
export async function openRedisClient(
  url: string,
  { reconnect = false }: RedisClientOptions = {},
): Promise<Redis | Cluster> {
  const target = parseUrl(url);
  const login = await Login.of(target, {});
  const retryDelay = (times: number): number | null => {
    if (!reconnect) return null;
    login.refreshSoon((password) => {
      for (const each of client instanceof Cluster ? client.nodes() : [client]) usePassword(each, password);
    });
    return Math.min(longestRetryMs, 20 * 2 ** Math.min(times, 8));
  };
  const client: Redis | Cluster =
    target.kind === 'cluster'
      ? new Cluster([...target.endpoints], {
          ...clusterOptions(target, login),
          clusterRetryStrategy: retryDelay,
        })
      : new Redis({
          ...serverOptions(target, login),
          maxRetriesPerRequest: reconnect ? 3 : 1,
          retryStrategy: retryDelay,
          sentinelRetryStrategy: retryDelay,
        });
  client.on('error', (error) => {
    // The client itself goes on in database 0 when the server refuses the one that it was given.
    if (error.message.startsWith('ERR DB index is out of range')) client.disconnect();
  });
  return client;
}
