import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Violation } from './layers.ts';

const rule =
  'what lies inside another package changes with any release of it: use what its package.json offers under "exports"';

/** Of packages without `exports`: what their documentation says to import. */
const documented: ReadonlySet<string> = new Set(['uplot/dist/uPlot.min.css']);

/** Also `require(…)`, `import(…)` and `….resolve(…)`. */
const imports = /\b(?:from|import|require|resolve)\s*\(?\s*(['"])([^'"\n]+)\1/g;
const packagePath = /^(@[\w.-]+\/[\w.-]+|[\w-][\w.-]*)\/(.+)$/;

/** Where code of the workspace imports a path inside another package that its `exports` do not offer. */
export function insideImports(root: string): readonly Violation[] {
  const files = globSync('{apps,libs,tools,scripts}/**/*.{ts,tsx,mts,js,mjs}', {
    cwd: root,
    exclude: (name) => /(^|\/)(node_modules|dist)$/.test(name),
  });
  return files.toSorted().flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return [...text.matchAll(imports)]
      .map(([, , specifier = '']) => specifier)
      .filter((specifier) => reachesInside(join(root, dirname(file)), specifier))
      .map((specifier) => ({ path: file, problem: `imports ${specifier}`, rule }));
  });
}

function reachesInside(folder: string, specifier: string): boolean {
  if (specifier.includes('node_modules/')) return true;
  if (documented.has(specifier)) return false;
  const [, name, path] = packagePath.exec(specifier) ?? [];
  if (name === undefined || path === undefined) return false;
  const manifest = manifestOf(name, folder);
  // That it is there at all is Biome's to check.
  return manifest !== undefined && !isOffered(manifest.exports, `./${path}`);
}

interface Manifest {
  readonly exports?: unknown;
}

/** As Node finds it from a folder: the nearest one. */
function manifestOf(name: string, folder: string): Manifest | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, 'node_modules', name, 'package.json');
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
    if (at === dirname(at)) return undefined;
  }
}

/** By Node's rules: an exact key first, then the longest pattern; null takes a path away again. */
function isOffered(exports: unknown, path: string): boolean {
  if (typeof exports !== 'object' || exports === null) return false;
  const targets = new Map(Object.entries(exports));
  if (targets.has(path)) return targets.get(path) !== null;
  const [pattern] = [...targets.keys()]
    .filter((key) => {
      const [before = '', after] = key.split('*');
      return after !== undefined && path.startsWith(before) && path.endsWith(after);
    })
    .toSorted((a, b) => b.indexOf('*') - a.indexOf('*'));
  return pattern !== undefined && targets.get(pattern) !== null;
}
