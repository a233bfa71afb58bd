import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The repository. */
export const root: string = resolve(import.meta.dirname, '../../..');

/** Runs a command; returns what it printed. When it fails, the error holds everything that it printed. */
export async function run(
  command: string,
  parameters: readonly string[],
  folder: string = root,
): Promise<string> {
  try {
    const { stdout } = await execute(command, parameters, { cwd: folder });
    return stdout;
  } catch (error) {
    const printed = ['stdout', 'stderr'].map((name) => Reflect.get(Object(error), name));
    throw new Error([`${command} ${parameters.join(' ')} failed`, ...printed].join('\n'), { cause: error });
  }
}

/** Runs a program under the Node of the tests; returns what it printed. */
export function node(file: string, folder: string): Promise<string> {
  return run(process.execPath, ['--disable-warning=ExperimentalWarning', file], folder);
}

/** Makes the folder a project of its own and installs packages there, most of them from npm's cache. */
export async function install(folder: string, packages: readonly string[]): Promise<void> {
  await run(
    'npm',
    ['install', '--prefer-offline', '--no-audit', '--no-fund', '--no-update-notifier', ...packages],
    folder,
  );
}
