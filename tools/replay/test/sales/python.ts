import { spawnSync } from 'node:child_process';

/** What a Python program prints as JSON when it is given the input. */
export function python(program: string, input: string, ...args: readonly string[]): unknown {
  const env = { ...process.env, PYTHONIOENCODING: 'utf-8' };
  const { status, stdout, stderr } = spawnSync('python3', ['-c', program, ...args], {
    input,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
