import { readFile } from 'node:fs/promises';
import { Cluster, Redis } from 'ioredis';

const ports = {
  redis: 6379,
  rediss: 6379,
  'redis+cluster': 6379,
  'rediss+cluster': 6379,
  'redis+sentinel': 26_379,
  'rediss+sentinel': 26_379,
} as const;

/**
 * A client of the server's own protocol, by every URL that the driver takes. It is not connected yet, does not wait for a
 * server that is away, and says what is wrong by the rejection of what it is asked.
 */
export async function redisClient(url: string): Promise<Redis | Cluster> {
  const { parseServerUrl } = await import('@millrace/streams/driver');
  const { scheme, endpoints, path, username, password, parameters } = parseServerUrl(url, {
    server: 'Redis',
    schemes: ports,
    parameters: () => ['passwordFile', 'sentinelUsername', 'sentinelPassword'],
  });
  const { passwordFile, sentinelUsername, sentinelPassword } = parameters;
  const secret =
    passwordFile === undefined ? password : (await readFile(passwordFile, 'utf8')).replace(/\r?\n$/, '');
  const login = {
    ...(username === undefined ? {} : { username }),
    ...(secret === undefined ? {} : { password: secret }),
    ...(scheme.startsWith('rediss') ? { tls: {} } : {}),
  };
  const options = {
    ...login,
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    retryStrategy: () => null,
  } as const;
  const quiet = <Client extends Redis | Cluster>(client: Client): Client => {
    // Without a listener ioredis prints what goes wrong by itself.
    client.on('error', () => undefined);
    return client;
  };
  if (scheme.endsWith('+cluster'))
    return quiet(
      new Cluster([...endpoints], {
        lazyConnect: true,
        redisOptions: login,
        clusterRetryStrategy: () => null,
      }),
    );
  if (!scheme.endsWith('+sentinel'))
    return quiet(new Redis({ ...options, ...endpoints[0], db: Number(path[0] ?? 0) }));
  return quiet(
    new Redis({
      ...options,
      sentinels: [...endpoints],
      name: path[0] ?? '',
      db: Number(path[1] ?? 0),
      ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
      ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    }),
  );
}
