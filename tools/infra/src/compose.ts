import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Environment } from './stacks.ts';

const file = join(import.meta.dirname, '../../../infra/compose/compose.yaml');

/** Runs `docker compose` over the project's stacks, with what it says on this terminal; answers its exit code. */
export async function compose(parameters: readonly string[], environment: Environment): Promise<number> {
  const child = spawn('docker', ['compose', '--file', file, ...parameters], {
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  try {
    const [code] = await once(child, 'exit');
    return code ?? 1;
  } catch (error) {
    throw new Error('docker could not be run: install Docker with its compose plugin', { cause: error });
  }
}
