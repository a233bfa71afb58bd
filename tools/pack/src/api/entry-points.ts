import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { published } from '../pack-all.ts';

/** One way into a published package: an entry of its `exports`. */
export interface EntryPoint {
  /** The package's folder, absolute. */
  readonly folder: string;
  /** What is imported, such as `@millrace/streams/driver`. */
  readonly specifier: string;
  /** The built declarations, absolute. */
  readonly declarations: string;
  /** Where the report of it is checked in, relative to the root. */
  readonly report: string;
}

/** All entry points of all published packages. */
export function entryPoints(root: string): readonly EntryPoint[] {
  return published.flatMap((path) => {
    const folder = join(root, path);
    const { name, exports }: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return Object.entries(exports).map(([key, { types }]) => ({
      folder,
      specifier: join(name, key),
      declarations: join(folder, types),
      report: join(path, 'api', `${key === '.' ? 'index' : key.slice('./'.length).replaceAll('/', '-')}.md`),
    }));
  });
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, { readonly types: string }>>;
}
