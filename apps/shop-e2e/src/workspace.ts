import { join } from 'node:path';
import { workspaceRoot } from '@millrace/service';

const root = workspaceRoot(import.meta.dirname);

/** How a program of the workspace is run from its source. */
export const nodeArguments: readonly string[] = [
  '--conditions=@millrace/source',
  '--disable-warning=ExperimentalWarning',
];

export const replayProgram: string = join(root, 'tools', 'replay', 'src', 'main.ts');

export function serviceProgram(name: string): string {
  return join(root, 'apps', name, 'src', 'main.ts');
}
