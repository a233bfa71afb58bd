import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, runWell } from './run.ts';

/** A copy of the repository, in which generators may write. */
export interface WorkspaceCopy extends AsyncDisposable {
  readonly folder: string;
  run(...command: readonly [string, ...string[]]): Promise<string>;
  /** Makes a new package known to the others, as an installation does. */
  link(name: string, path: string): Promise<void>;
}

/** Copies what git knows, changes included, and borrows the installed packages; those of the workspace are the copy's own. */
export async function copyWorkspace(): Promise<WorkspaceCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'workspace-'));
  const list = 'git ls-files -z --cached --others --exclude-standard';
  const copy = 'tar --create --null --files-from - --ignore-failed-read | tar --extract --directory "$0"';
  await runWell('bash', ['-c', `${list} | ${copy}`, folder], root);
  await runWell('git', ['init', '--quiet'], folder);
  await borrowPackages(folder);
  return {
    folder,
    run: (command, ...parameters) => runWell(command, parameters, folder),
    link: (name, path) => symlink(join(folder, path), join(folder, 'node_modules', name)),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function borrowPackages(folder: string): Promise<void> {
  const [from, to] = [join(root, 'node_modules'), join(folder, 'node_modules')];
  await mkdir(join(to, '@millrace'), { recursive: true });
  for (const name of await readdir(from))
    if (name !== '@millrace' && name !== '.cache') await symlink(join(from, name), join(to, name));
  // Their links are relative, and so lead to the copy.
  await runWell('bash', [
    '-c',
    'cp --no-dereference "$0"/* "$1"',
    join(from, '@millrace'),
    join(to, '@millrace'),
  ]);
  for (const nested of ['apps', 'libs', 'libs/streams', 'tools']) {
    for (const name of await readdir(join(root, nested))) {
      const path = join(nested, name, 'node_modules');
      if (existsSync(join(root, path)) && existsSync(join(folder, nested, name)))
        await symlink(join(root, path), join(folder, path));
    }
  }
}
