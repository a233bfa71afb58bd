import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Computes what must come out, apart from this project. */
export const oracle: string = fileURLToPath(
  new URL('../../../../../shared/oracle/expected.py', import.meta.url),
);

/** Why a test against Python cannot run here; undefined when it can. */
export function whyNoPython(...files: readonly string[]): string | undefined {
  const missing = files.find((file) => !existsSync(file));
  if (missing) return `${missing} is not here`;
  return spawnSync('python3', ['--version']).status === 0 ? undefined : 'no python3 on the PATH';
}

/** What a Python program prints as JSON when it is given the input. */
export function python(program: string, input: string | Buffer, ...args: readonly string[]): unknown {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', program, ...args], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
