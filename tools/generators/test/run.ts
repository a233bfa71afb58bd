import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The repository. */
export const root: string = resolve(import.meta.dirname, '../../..');

/** Not what this run of vitest tells its own processes. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|NODE_OPTIONS|FORCE_COLOR)/.test(name)),
);

export interface Outcome {
  readonly code: number;
  /** Everything that was printed. */
  readonly output: string;
}

/** Runs a command to its end, however that is. */
export async function run(
  command: string,
  parameters: readonly string[],
  folder: string = root,
): Promise<Outcome> {
  const options = { cwd: folder, env: environment, maxBuffer: 64 * 1024 * 1024 };
  try {
    const { stdout, stderr } = await execute(command, parameters, options);
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = Object(error);
    return { code: Number(code), output: `${stdout}${stderr}` };
  }
}

/** Runs a command that has to succeed; the error has what it printed. */
export async function runWell(
  command: string,
  parameters: readonly string[],
  folder: string = root,
): Promise<string> {
  const { code, output } = await run(command, parameters, folder);
  if (code !== 0) throw new Error(`${command} ${parameters.join(' ')} ended with ${code}:\n${output}`);
  return output;
}
