import { openOurs } from '../ours/side.ts';
import { openRedisReference, redisReferenceName } from '../references/redis.ts';
import type { Backend } from './backend.ts';

/** One server, with names of their own for both sides, which remove what they made. */
export function redis(url: string, partitions: number): Backend {
  return {
    name: 'redis',
    referenceName: redisReferenceName,
    ours: (variant) => () => openOurs({ url, partitions, variant }),
    reference: () => openRedisReference(url),
    places: async () => ({
      ours: url,
      handWritten: url,
      [Symbol.asyncDispose]: async () => undefined,
    }),
    redisUrl: url,
  };
}
