import type { OpenDriver } from '@millrace/streams/driver';
import { openRedis } from './open.ts';

export { openRedisClient, type RedisClientOptions } from './client/open-redis-client.ts';
export { openRedis } from './open.ts';
export type { RedisOptions } from './options.ts';

/** The driver of a Redis URL, for `openStreams`. */
export const openDriver: OpenDriver = (url) => openRedis(url);
