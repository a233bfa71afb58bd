import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import type { Project } from './workspace.ts';

/** What an import reaches. */
export type Target =
  | { readonly kind: 'own'; readonly path: string }
  | {
      readonly kind: 'workspace';
      readonly project: Project;
      /** The file, when it is reached by a relative path and not by the package's name. */
      readonly path?: string;
    }
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'npm'; readonly name: string };

/** `path` is the importing file, relative to the workspace's root. */
export function resolveTarget(
  specifier: string,
  importer: { readonly path: string; readonly project: Project },
  projects: readonly Project[],
): Target {
  if (specifier.startsWith('.')) {
    const path = posix.join(posix.dirname(importer.path), specifier);
    const owner = projects.find((project) => path.startsWith(`${project.directory}/`));
    if (owner === importer.project || owner === undefined) return { kind: 'own', path };
    return { kind: 'workspace', project: owner, path };
  }
  if (specifier.startsWith('node:')) return { kind: 'builtin', name: specifier };
  const name = packageName(specifier);
  if (builtinModules.includes(name)) return { kind: 'builtin', name: `node:${specifier}` };
  const project = projects.find((candidate) => candidate.name === name);
  if (project === importer.project)
    return { kind: 'own', path: `${importer.project.directory}/src/index.ts` };
  return project ? { kind: 'workspace', project } : { kind: 'npm', name };
}

function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
