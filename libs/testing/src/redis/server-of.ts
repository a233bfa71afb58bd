import { redis8Server } from './redis-8.ts';
import type { RedisServerOptions } from './server.ts';
import { valkeyServer } from './valkey.ts';

/** The servers whose differences the driver knows, each a name that `requireService` takes. */
export const redisServices = ['redis', 'valkey', 'redis-8'] as const;

/** What `startRedis` needs to start that server. */
export function serverOf(service: (typeof redisServices)[number]): Pick<RedisServerOptions, 'binary'> {
  switch (service) {
    case 'redis':
      return {};
    case 'valkey':
      return { binary: valkeyServer(process.env) ?? 'valkey-server' };
    case 'redis-8':
      return { binary: redis8Server(process.env) ?? 'redis-server' };
    default:
      return service satisfies never;
  }
}
