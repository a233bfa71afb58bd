import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insideImports } from '../src/inside-imports.ts';

/** What packages offer: all of a folder but one file, one path, and nothing but themselves. */
const manifests: Readonly<Record<string, object>> = {
  patterned: { exports: { '.': './a.js', './lib/*': './lib/*.js', './lib/private/*': null } },
  '@scoped/one': { exports: { '.': './a.js', './sub': { import: './sub.js' } } },
  closed: { exports: './a.js' },
  plain: { main: 'a.js' },
};

describe('imports of paths inside other packages', () => {
  let root: string;
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'millrace-inside-'));
    for (const [name, manifest] of Object.entries(manifests))
      write(`node_modules/${name}/package.json`, JSON.stringify(manifest));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  /** The problems of a file with one line. */
  const problemsOf = (line: string): string[] => {
    write('libs/deep/src/a.ts', line);
    return insideImports(root).map(({ path, problem }) => `${path} ${problem}`);
  };

  it.each([
    ['patterned/lib/private/a', 'taken away again'],
    ['patterned/src/a', 'beside the pattern'],
    ['@scoped/one/built/utils', 'of a package with a scope'],
    ['closed/a.js', 'of a package that offers itself alone'],
    ['plain/lib/a', 'of a package without exports'],
    ['../../../node_modules/plain/lib/a.js', 'by the folder'],
  ])('are refused: %s, %s', (inside) => {
    const found = [`libs/deep/src/a.ts imports ${inside}`];
    expect(problemsOf(`import { a } from '${inside}';`)).toEqual(found);
    expect(problemsOf(`import '${inside}';`)).toEqual(found);
    expect(problemsOf(`const a = await import("${inside}");`)).toEqual(found);
    expect(problemsOf(`const a = createRequire(import.meta.url)('b'); require('${inside}');`)).toEqual(found);
    expect(problemsOf(`load.resolve('${inside}')`)).toEqual(found);
  });

  it.each([
    'patterned/lib/a',
    '@scoped/one/sub',
    '@scoped/one',
    'closed',
    'plain',
    'node:fs/promises',
    './b.ts',
  ])('are allowed where they are offered: %s', (offered) =>
    expect(problemsOf(`import { a } from '${offered}';`)).toEqual([]),
  );

  it('are not found in this repository', () => {
    expect(insideImports(resolve(import.meta.dirname, '../../..'))).toEqual([]);
  });
});
