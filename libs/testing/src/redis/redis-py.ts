import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from '../find-command.ts';

export const redisPyVersion = '8.1.0';

/** The wheels of redis-py and of what it needs: in `REDIS_PY`, or in the folder that `.ci/run` fills. */
export function redisPyWheels(environment: Environment): readonly string[] {
  const folder = environment['REDIS_PY'] || join(homedir(), '.cache/millrace', `redis-py-${redisPyVersion}`);
  return globSync('*.whl', { cwd: folder }).map((name) => join(folder, name));
}

/** Runs a program of Python that may import redis; returns what it prints. */
export async function runRedisPy(program: string, parameters: readonly string[]): Promise<string> {
  const path = redisPyWheels(process.env).join(delimiter);
  const { stdout } = await promisify(execFile)('python3', ['-c', program, ...parameters], {
    env: { ...process.env, PYTHONPATH: path },
    timeout: 60_000,
  });
  return stdout;
}
