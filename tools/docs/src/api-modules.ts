import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One way into a library: what is imported, and the source that it leads to. */
export interface ApiModule {
  /** Such as `@millrace/streams/driver`. */
  readonly specifier: string;
  /** Absolute. */
  readonly source: string;
}

/** Every entry of the `exports` of the streams libraries, the core first. */
export function apiModules(root: string): readonly ApiModule[] {
  return globSync('libs/streams/*/package.json', { cwd: root })
    .flatMap((file) => {
      const { name, exports }: Manifest = JSON.parse(readFileSync(join(root, file), 'utf8'));
      return Object.entries(exports).map(([key, conditions]) => ({
        specifier: join(name, key),
        source: join(root, dirname(file), conditions['@millrace/source']),
      }));
    })
    .toSorted((a, b) => a.specifier.localeCompare(b.specifier));
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, { readonly '@millrace/source': string }>>;
}
