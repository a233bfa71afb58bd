import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GlobalUse, type ImportSite, parseSource } from './parse.ts';
import { resolveTarget, type Target } from './target.ts';
import type { Project, ProjectKind } from './workspace.ts';

export interface Import extends ImportSite {
  readonly target: Target;
}

export interface SourceFile {
  /** Relative to the workspace's root, with forward slashes. */
  readonly path: string;
  readonly project: Project;
  readonly kind: ProjectKind;
  /** `*.test.ts`, or anything in the package's `test` folder. */
  readonly isTest: boolean;
  readonly imports: readonly Import[];
  readonly globals: readonly GlobalUse[];
}

const skipped = new Set(['node_modules', 'dist', 'coverage']);

export function readSources(
  root: string,
  project: Project,
  projects: readonly Project[],
): readonly SourceFile[] {
  const { kind } = project;
  if (kind === undefined) return [];
  const found = globSync('**/*.{ts,tsx,mts,js,jsx,mjs}', {
    cwd: join(root, project.directory),
    exclude: (name) => skipped.has(name),
  });
  return found.sort().map((name) => {
    const inside = name.replaceAll('\\', '/');
    const path = `${project.directory}/${inside}`;
    const { imports, globals } = parseSource(path, readFileSync(join(root, path), 'utf8'));
    return {
      path,
      project,
      kind,
      isTest: /\.test\.[jt]sx?$/.test(inside) || inside.startsWith('test/'),
      imports: imports.map((site) => ({
        ...site,
        target: resolveTarget(site.specifier, { path, project }, projects),
      })),
      globals,
    };
  });
}
