import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../find-command.ts';

export const redis8Version = '8.10.2';

/** The program of a Redis of version 8: `REDIS_8_SERVER`, or the one that `.ci/run` keeps. */
export function redis8Server(environment: Environment): string | undefined {
  if (environment['REDIS_8_SERVER']) return environment['REDIS_8_SERVER'];
  const kept = join(homedir(), '.cache/millrace', `redis-${redis8Version}`, 'redis-server');
  return existsSync(kept) ? kept : undefined;
}
