export { openRedis } from './open.ts';
export type { RedisOptions } from './options.ts';
