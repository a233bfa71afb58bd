import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entryPoints } from '../src/api/entry-points.ts';
import { packed, published } from '../src/pack-all.ts';
import { packInto } from '../src/packed-once.ts';
import { install, node, root, run } from './run.ts';

/** The TypeScript that a user may have, and the newest library of types that it knows. */
const compilers = [
  { version: '5.9.3', lib: 'es2024' },
  { version: '6.0.3', lib: 'es2025' },
  { version: '7.0.2', lib: 'es2025' },
] as const;

const strict = ['--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext', '--target', 'es2022'];

/** Every way into the packages, but for the contract suite, which needs vitest. */
const everything = entryPoints(root)
  .filter(({ specifier }) => !specifier.includes('contract'))
  .map(
    ({ specifier }, index) =>
      `import * as part${index} from '${specifier}';\nconsole.log(Object.keys(part${index}).length > 0);`,
  );

describe('the packed packages', () => {
  let folder: string;
  let files: readonly string[];
  let example: string;
  let output: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'packed-'));
    const library = (await readFile(join(root, 'README.md'), 'utf8')).split('\n## The library\n')[1] ?? '';
    [example = '', output = ''] = [...library.matchAll(/^```(?:ts)?\n([\s\S]*?)^```$/gm)].map(
      ([, text]) => text ?? '',
    );
    await run('npx', ['tsc', '-b', ...packed]);
    files = await packInto(root, join(folder, 'tarballs'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** A project of its own, outside the repository. */
  async function emptyProject(name: string, packages: readonly string[]): Promise<string> {
    const project = join(folder, name);
    await mkdir(project);
    await writeFile(join(project, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }');
    await writeFile(join(project, 'example.ts'), example);
    await writeFile(join(project, 'everything.ts'), everything.join('\n'));
    await install(project, packages);
    return project;
  }

  test.each(published.map((path) => basename(path)))(
    '%s is what bundlers and compilers expect',
    async (name) => {
      const file = files.find((file) => file.endsWith(tarballOf(name))) ?? `no tarball of ${name}`;
      await publint(file);
      await attw(file);
    },
  );

  test('whose types are missing would be found out', async () => {
    const broken = join(folder, 'broken');
    const core = files.find((file) => file.endsWith(tarballOf('core'))) ?? '';
    await run('tar', ['-xf', core, '-C', folder]);
    await cp(join(folder, 'package'), broken, { recursive: true });
    const manifest = await readFile(join(broken, 'package.json'), 'utf8');
    await writeFile(
      join(broken, 'package.json'),
      manifest.replace('./dist/index.d.ts', './dist/absent.d.ts'),
    );
    const file = join(broken, (await run('npm', ['pack', '--silent'], broken)).trim());
    await expect(publint(file)).rejects.toThrow('./dist/absent.d.ts');
    await expect(attw(file)).rejects.toThrow('NoResolution');
  });

  describe('installed with one backend, in an empty project', () => {
    let project: string;
    beforeAll(async () => {
      project = await emptyProject(
        'slim',
        files.filter((file) => /streams-(embedded-)?\d/.test(basename(file))),
      );
    });

    test('bring nothing along but what the library needs', async () => {
      expect(await installed(project)).toEqual([
        '@millrace/streams',
        '@millrace/streams-embedded',
        '@standard-schema/spec',
        'murmurhash3js-revisited',
      ]);
    });

    test('compile without the types of Node', async () => {
      const tsc = join(root, 'node_modules/.bin/tsc');
      const lib = ['--lib', 'es2025,esnext.disposable,dom'];
      await run(tsc, [...strict, ...lib, '--noEmit', 'example.ts'], project);
    });

    test('run from plain JavaScript, and say what to install for another backend', async () => {
      await writeFile(
        join(project, 'plain.js'),
        `import { openStreams, topic } from '@millrace/streams';
         const words = topic('words');
         await using streams = await openStreams('embedded:./words.db');
         await streams.admin.ensureTopics([{ topic: words, partitions: 1 }]);
         await streams.publish(words, ['stored']);
         for await (const { value } of streams.read(words, { to: 'now' })) console.log(value);
         await openStreams('redis://127.0.0.1:1').catch((error) => console.log(error.code, error.message));`,
      );
      const [word, error] = (await node('plain.js', project)).split('\n');
      expect(word).toBe('stored');
      expect(error).toContain('UNSUPPORTED');
      expect(error).toContain('npm install @millrace/streams-redis');
    });
  });

  describe('installed with all backends', () => {
    let project: string;
    beforeAll(async () => {
      const libraries = files.filter((file) => /streams-(?!contract)/.test(basename(file)));
      const typescript = compilers.map(({ version }) => `typescript-${version}@npm:typescript@${version}`);
      project = await emptyProject('full', [...libraries, ...typescript, '@types/node@26.6.6']);
    });

    test('bring no web server, logger or SQL client along', async () => {
      const names = await installed(project);
      expect(names).toContain('ioredis');
      expect(
        names.filter((name) => /^(fastify|pg|pino|kysely|@fastify\/.*|pg-.*|pino-.*)$/.test(name)),
      ).toEqual([]);
    });

    test.each(compilers)(
      'compile with TypeScript $version, and the example of the README prints what the README says',
      async ({ version, lib }) => {
        const tsc = join(project, `node_modules/typescript-${version}/bin/tsc`);
        const target = join(project, `built-${version}`);
        const types = ['--types', 'node', '--lib', `${lib},esnext.disposable`];
        const sources = ['example.ts', 'everything.ts'];
        await run(process.execPath, [tsc, ...strict, ...types, '--outDir', target, ...sources], project);
        expect(await node('example.js', target)).toBe(output);
        expect(await node('everything.js', target)).toBe('true\n'.repeat(everything.length));
      },
    );
  });
});

function tarballOf(name: string): string {
  return name === 'core' ? '/millrace-streams-0.1.0.tgz' : `/millrace-streams-${name}-0.1.0.tgz`;
}

function publint(file: string): Promise<string> {
  return run('npx', ['publint', 'run', file, '--strict']);
}

/** The packages are ES modules for Node 22.22 and newer, which CommonJS may require as well. */
function attw(file: string): Promise<string> {
  return run('npx', ['attw', file, '--profile', 'esm-only', '--format', 'json']);
}

/** The names of all packages that npm has installed there, sorted. */
async function installed(project: string): Promise<readonly string[]> {
  const lock: { readonly packages: Readonly<Record<string, unknown>> } = JSON.parse(
    await readFile(join(project, 'package-lock.json'), 'utf8'),
  );
  return Object.keys(lock.packages)
    .filter((path) => path !== '')
    .map((path) => path.split('node_modules/').at(-1) ?? '')
    .sort();
}
