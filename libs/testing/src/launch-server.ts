import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { findCommand } from './find-command.ts';

/**
 * Spawns a server. A detached one has a process group of its own, so that Ctrl-C in a terminal reaches what started it
 * and not the server, whose clients still have to finish. On Linux it is killed when its parent is gone.
 */
export function launchServer(
  command: string,
  parameters: readonly string[],
  options: Pick<SpawnOptions, 'cwd' | 'stdio' | 'detached'>,
): ChildProcess {
  const setpriv = options.detached === true ? findCommand('setpriv', process.env) : undefined;
  return setpriv === undefined
    ? spawn(command, parameters, options)
    : spawn(setpriv, ['--pdeathsig', 'KILL', command, ...parameters], options);
}
