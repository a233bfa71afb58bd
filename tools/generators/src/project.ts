import { execFileSync } from 'node:child_process';
import { readJson, type Tree, updateJson, writeJson } from '@nx/devkit';
import type { SourceFile } from './template.ts';

/** What Nx gives to a generator. */
export interface Options {
  readonly name: string;
  readonly skipInstall?: boolean;
}

export interface NewProject {
  /** Relative to the root. */
  readonly folder: string;
  readonly manifest: object;
  readonly files: readonly SourceFile[];
  /** Projects that it is compiled after, relative to the root. */
  readonly references: readonly string[];
}

/** Writes a project and makes it known to TypeScript. Throws when there is one of that name. */
export function addProject(tree: Tree, { folder, manifest, files, references }: NewProject): void {
  if (tree.exists(folder)) throw new Error(`${folder} is there already: choose another name, or remove it`);
  for (const { path, text } of files) tree.write(`${folder}/${path}`, text);
  writeJson(tree, `${folder}/package.json`, manifest);
  const up = folder.replaceAll(/[^/]+/g, '..');
  writeJson(tree, `${folder}/tsconfig.json`, {
    extends: `${up}/tsconfig.base.json`,
    compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/.tsbuildinfo' },
    include: ['src'],
    references: references.map((path) => ({ path: `${up}/${path}` })),
  });
  writeJson(tree, `${folder}/test/tsconfig.json`, {
    extends: `../${up}/tsconfig.test.json`,
    compilerOptions: { tsBuildInfoFile: '../dist/test.tsbuildinfo' },
    include: ['.'],
    references: [{ path: '..' }, ...references.map((path) => ({ path: `../${up}/${path}` }))],
  });
  updateJson<{ references: { path: string }[] }>(tree, 'tsconfig.json', (json) => ({
    ...json,
    references: [...json.references, { path: folder }, { path: `${folder}/test` }],
  }));
}

/** The exact version in which another package of the workspace has this dependency. */
export function versionOf(tree: Tree, dependency: string, folder: string): string {
  const { dependencies, devDependencies }: Manifest = readJson(tree, `${folder}/package.json`);
  const version = dependencies?.[dependency] ?? devDependencies?.[dependency];
  if (version === undefined) throw new Error(`${folder} no longer depends on ${dependency}`);
  return version;
}

/** What is done once the files are written: format, since names have other lengths now, and install. */
export function finish({ root }: Tree, folder: string, { skipInstall = false }: Options): () => void {
  return () => {
    execFileSync('npx', ['biome', 'check', '--write', '--error-on-warnings', folder, 'tsconfig.json'], {
      cwd: root,
      stdio: 'inherit',
    });
    if (skipInstall) return;
    execFileSync('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], {
      cwd: root,
      stdio: 'inherit',
    });
  };
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}
