import type { Backend } from './backend.ts';
import { embedded } from './embedded.ts';
import { kafka } from './kafka.ts';
import { redis } from './redis.ts';

/** The backend of a URL; undefined where nothing is written to compare it with. */
export function backendOf(url: string, partitions: number): Backend | undefined {
  if (url === 'embedded' || url.startsWith('embedded:')) return embedded(partitions);
  if (/^rediss?:/.test(url)) return redis(url, partitions);
  if (url.startsWith('kafka://')) return kafka(url, partitions);
  return undefined;
}
