import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a package is, said by the `type:` tag among the Nx tags of its package.json. */
export const projectKinds = [
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
export type ProjectKind = (typeof projectKinds)[number];

export interface Project {
  readonly name: string;
  /** Relative to the workspace's root, with forward slashes. */
  readonly directory: string;
  /** Undefined when the tag is missing or unknown. */
  readonly kind: ProjectKind | undefined;
}

interface Manifest {
  readonly name?: string;
  readonly workspaces?: readonly string[];
  readonly nx?: { readonly tags?: readonly string[] };
}

export function findProjects(root: string): readonly Project[] {
  const patterns = readManifest(join(root, 'package.json')).workspaces ?? [];
  const manifests = patterns.flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: root }));
  return [...new Set(manifests.map((path) => path.replaceAll('\\', '/')))].sort().map((path) => {
    const manifest = readManifest(join(root, path));
    return { name: manifest.name ?? dirname(path), directory: dirname(path), kind: kindOf(manifest) };
  });
}

function kindOf(manifest: Manifest): ProjectKind | undefined {
  const tags = manifest.nx?.tags ?? [];
  return projectKinds.find((kind) => tags.includes(`type:${kind}`));
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8'));
}
