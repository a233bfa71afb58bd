import { type StatsFs, statfsSync } from 'node:fs';
import type { SharedConfig } from './shared.ts';

/** Less than a database needs for one small write. */
const leastBytes = 64 * 1024;

type Stores = Pick<SharedConfig, 'DATA_DIR' | 'STREAMS_URL'> & { readonly DATABASE_URL?: unknown };

/** Says that the disk under DATA_DIR is full; undefined when it is not, or when the service keeps nothing there. */
export function fullDiskProblem(
  config: Stores,
  statistics: (folder: string) => StatsFs = statfsSync,
): string | undefined {
  const hasDatabase = 'DATABASE_URL' in config && config.DATABASE_URL === undefined;
  if (!config.STREAMS_URL.startsWith('embedded:') && !hasDatabase) return undefined;
  const free = freeBytes(config.DATA_DIR, statistics);
  if (free === undefined || free >= leastBytes) return undefined;
  return `the disk under DATA_DIR=${config.DATA_DIR} is full (${free} bytes free)`;
}

/** What this user may still write; undefined where that is not known. */
function freeBytes(folder: string, statistics: (folder: string) => StatsFs): number | undefined {
  try {
    const { blocks, bavail, bfree, bsize } = statistics(folder);
    if (blocks === 0) return undefined;
    return (process.getuid?.() === 0 ? bfree : bavail) * bsize;
  } catch {
    return undefined;
  }
}
