import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Environment, findCommand } from '../find-command.ts';

export const valkeyVersion = '9.1.2';

/** The program of a Valkey server: `VALKEY_SERVER`, the one that `.ci/run` keeps, or the one on the PATH. */
export function valkeyServer(environment: Environment): string | undefined {
  if (environment['VALKEY_SERVER']) return environment['VALKEY_SERVER'];
  const kept = join(homedir(), '.cache/millrace', `valkey-${valkeyVersion}`, 'valkey-server');
  return existsSync(kept) ? kept : findCommand('valkey-server', environment);
}
