import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a package is, said by the `type:` tag among the Nx tags of its package.json. */
export const packageKinds = [
  'core',
  'driver',
  'contract',
  'telemetry',
  'events',
  'service',
  'guide',
  'testing',
  'app',
  'e2e',
  'tool',
] as const;
export type PackageKind = (typeof packageKinds)[number];

export interface Package {
  readonly name: string;
  /** Of its package.json, relative to the workspace's root. */
  readonly path: string;
  /** Undefined when the tag is missing or unknown. */
  readonly kind: PackageKind | undefined;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
}

interface Manifest {
  readonly name?: string;
  readonly workspaces?: readonly string[];
  readonly nx?: { readonly tags?: readonly string[] };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The packages of the npm workspace. Throws where there are none. */
export function readPackages(root: string): readonly Package[] {
  const patterns = readManifest(join(root, 'package.json')).workspaces ?? [];
  const paths = patterns.flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: root }));
  if (paths.length === 0) throw new Error(`no packages found by the workspaces of ${root}/package.json`);
  return [...new Set(paths.map((path) => path.replaceAll('\\', '/')))].toSorted().map((path) => {
    const { name = path, nx, dependencies, devDependencies } = readManifest(join(root, path));
    return {
      name,
      path,
      kind: packageKinds.find((kind) => nx?.tags?.includes(`type:${kind}`)),
      dependencies: Object.keys(dependencies ?? {}),
      devDependencies: Object.keys(devDependencies ?? {}),
    };
  });
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8'));
}
