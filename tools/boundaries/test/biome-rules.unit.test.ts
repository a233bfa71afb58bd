import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

type Case = readonly [rule: string, path: string, source: string];

/** Each with one line that breaks a rule. */
const broken: readonly Case[] = [
  ['app → app', 'apps/payment/src/app.ts', `import '@millrace/inventory';`],
  ['app → what only tests have', 'apps/payment/src/app.ts', `export * from '@millrace/testing';`],
  ['app → driver', 'apps/payment/src/app.ts', `import '@millrace/streams-redis';`],
  ['app → driver, loaded late', 'apps/payment/src/app.ts', `await import('@millrace/streams-redis');`],
  ['service → driver', 'libs/service/src/a.ts', `import '@millrace/streams-redis';`],
  ['app → broker client', 'apps/payment/src/app.ts', `import { Redis } from 'ioredis';`],
  ['app → broker client, required', 'apps/payment/src/app.ts', `const kafka = require('kafkajs');`],
  ['app → parts of drivers', 'apps/payment/src/app.ts', `import '@millrace/streams/driver';`],
  ['app → another package', 'apps/payment/src/app.ts', `import '../../../libs/events/src/index.ts';`],
  ['app → the opening of cards', 'apps/inventory/src/a.ts', `import '@millrace/events/open-card';`],
  ['tool → the opening of cards', 'tools/replay/src/a.ts', `await import('@millrace/events/open-card');`],
  ['core → storage', 'libs/streams/core/src/a.ts', `import 'node:sqlite';`],
  ['test → domain of another app', 'apps/payment/test/a.ts', `import '../../inventory/src/domain/join.ts';`],
  ['tool → domain', 'tools/replay/src/a.ts', `import '../../../apps/payment/src/domain/decide.ts';`],
  ['tool test → handler', 'tools/replay/test/a.ts', `import '../../../apps/payment/src/handlers/a.ts';`],
  ['domain → handler', 'apps/payment/src/domain/a.ts', `import '../handlers/b.ts';`],
  ['domain → node', 'apps/payment/src/domain/a.ts', `import 'node:path';`],
  ['domain → node without its prefix', 'apps/payment/src/domain/a.ts', `import 'path';`],
  ['domain → streams', 'apps/payment/src/domain/a.ts', `import '@millrace/streams';`],
  ['domain → npm', 'apps/payment/src/domain/a.ts', `import 'zod';`],
  ['domain → npm of another', 'apps/inventory/src/domain/a.ts', `import 'card-validator';`],
  ['domain reads the clock', 'apps/payment/src/domain/a.ts', 'export const now = new Date();'],
  ['domain reads the clock', 'apps/payment/src/domain/a.ts', 'export const now = Date.now();'],
  ['domain throws dice', 'apps/payment/src/domain/a.ts', 'export const dice = Math.random();'],
  ['domain throws dice', 'apps/payment/src/domain/a.ts', 'export const id = crypto.randomUUID();'],
  ['domain throws dice', 'apps/payment/src/domain/a.ts', 'export const id = globalThis.crypto.randomUUID();'],
  ['domain waits', 'apps/payment/src/domain/a.ts', 'setTimeout(() => {}, 1);'],
  ['app reads the environment', 'apps/payment/src/config.ts', 'export const port = process.env.PORT;'],
  ['app reads the environment', 'apps/payment/src/config.ts', `export const port = process['env']['PORT'];`],
  ['app reads the environment', 'apps/payment/src/config.ts', 'export const { env } = process;'],
  ['app reads the environment', 'apps/payment/src/config.ts', `import { env } from 'node:process';`],
  ['library reads the environment', 'libs/service/src/load.ts', 'export const port = process.env.PORT;'],
  ['listeners of others go', 'libs/service/src/a.ts', `client.removeAllListeners('error');`],
  [
    'listeners of others are found',
    'libs/service/src/a.ts',
    `export const found = client.listeners('data');`,
  ],
  ['listeners of others are found, raw', 'apps/payment/src/app.ts', `client.rawListeners('data').at(0);`],
  ['a method of a class, assigned', 'libs/service/src/a.ts', 'Object.assign(Socket.prototype, { write });'],
  [
    'a method of a class, defined',
    'apps/payment/src/app.ts',
    `Object.defineProperty(Socket.prototype, 'write', { value: write });`,
  ],
  ['a method of a class', 'tools/replay/src/a.ts', 'Socket.prototype.write = write;'],
  ['a method of a global', 'apps/payment/src/app.ts', 'console.log = () => undefined;'],
  ['a method of an output', 'tools/cli/src/a.ts', 'process.stdout.write = () => true;'],
];

/** The same places with what they may do. */
const allowed: readonly Case[] = [
  [
    'app → what it declares',
    'apps/payment/src/app.ts',
    `import '@millrace/events'; import '@millrace/streams';`,
  ],
  ['app → its own tables in SQLite', 'apps/payment/src/adapters/a.ts', `import 'node:sqlite';`],
  ['main.ts reads the environment', 'apps/payment/src/main.ts', 'export const port = process.env.PORT;'],
  ['test → help for tests', 'apps/payment/test/a.ts', `import '@millrace/testing'; import '../src/app.ts';`],
  ['test deep inside → source', 'apps/payment/test/domain/a.ts', `import '../../src/domain/a.ts';`],
  [
    'driver → core and its client',
    'libs/streams/redis/src/a.ts',
    `import '@millrace/streams'; import 'ioredis';`,
  ],
  ['driver → parts of drivers', 'libs/streams/redis/src/a.ts', `import '@millrace/streams/driver';`],
  [
    'payment → the opening of cards',
    'apps/payment/src/handlers/a.ts',
    `import '@millrace/events/open-card';`,
  ],
  ['core test → driver', 'libs/streams/core/test/a.ts', `import '@millrace/streams-embedded';`],
  ['tool → driver', 'tools/replay/src/a.ts', `import '@millrace/streams-redis';`],
  [
    'domain → itself and events',
    'apps/payment/src/domain/a.ts',
    `import './b.ts'; import '@millrace/events';`,
  ],
  ['domain → a listed package', 'apps/payment/src/domain/a.ts', `import 'card-validator';`],
  ['domain → itself, one up', 'apps/payment/src/domain/deep/a.ts', `import '../b.ts'; import './c.ts';`],
  [
    'domain makes a date',
    'apps/payment/src/domain/a.ts',
    'export const at = (text: string) => new Date(text);',
  ],
  [
    'domain test → its tools',
    'apps/payment/test/domain/a.ts',
    `import 'fast-check'; export const n = Date.now();`,
  ],
  ['tool test → domain', 'tools/replay/test/a.ts', `import '../../../apps/payment/src/domain/decide.ts';`],
  [
    'own listeners go',
    'libs/service/src/a.ts',
    `client.off('error', listener); source.onmessage = () => undefined;`,
  ],
  [
    'own members change',
    'libs/service/src/a.ts',
    'export class A { stop = () => undefined; later() { this.stop = () => undefined; } }',
  ],
  ['words in strings', 'apps/payment/src/app.ts', `export const text = "import 'kafkajs'; process.env";`],
];

const manifests: Readonly<Record<string, object>> = {
  'apps/payment': {
    dependencies: {
      '@millrace/events': '1',
      '@millrace/service': '1',
      '@millrace/streams': '1',
      'card-validator': '1',
      zod: '1',
    },
    devDependencies: { '@millrace/testing': '1', 'fast-check': '1' },
  },
  'apps/inventory': { dependencies: { '@millrace/events': '1', 'card-validator': '1' } },
  'libs/service': { dependencies: { '@millrace/streams': '1', '@millrace/streams-redis': '1' } },
  'libs/streams/core': { devDependencies: { '@millrace/streams-embedded': '1' } },
  'libs/streams/redis': { dependencies: { '@millrace/streams': '1', ioredis: '1' } },
  'tools/replay': { dependencies: { '@millrace/events': '1', '@millrace/streams-redis': '1' } },
};

/** Rules of style and types have nothing to say about the lines above. */
const ours =
  /noUndeclaredDependencies|noRestrictedImports|noRestrictedGlobals|noNodejsModules|noProcessEnv|plugin/;

describe('the import rules of biome.json', () => {
  let folder: string;
  let reported: readonly { readonly path: string; readonly line: number }[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-rules-'));
    await cp(join(root, 'biome.json'), join(folder, 'biome.json'));
    await cp(join(root, 'tools/boundaries/rules'), join(folder, 'tools/boundaries/rules'), {
      recursive: true,
    });
    const write = async (path: string, text: string): Promise<void> => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    };
    for (const [path, manifest] of Object.entries(manifests))
      await write(
        `${path}/package.json`,
        JSON.stringify({ name: `@millrace/${path.split('/').at(-1)}`, ...manifest }),
      );
    for (const [index, [, path, source]] of [...broken, ...allowed].entries())
      await write(placed(path, index), `\n${source}\n`);
    reported = await lint(folder);
  });

  afterAll(() => rm(folder, { recursive: true }));

  it.each(broken.map((each, index) => [index, ...each] as const))(
    '%i refuse %s in %s: %s',
    (index, _rule, path) => {
      expect(reported).toContainEqual({ path: placed(path, index), line: 2 });
    },
  );

  it.each(allowed.map((each, index) => [index, ...each] as const))(
    '%i allow %s in %s: %s',
    (index, _rule, path) => {
      expect(reported.map((each) => each.path)).not.toContain(placed(path, broken.length + index));
    },
  );
});

/** Each case has a file of its own beside the one it names, except main.ts, which the rules know by its name. */
function placed(path: string, index: number): string {
  return path.endsWith('/main.ts') ? path : path.replace(/\.ts$/, `-${index}.ts`);
}

interface Diagnostic {
  readonly category: string;
  readonly location: { readonly path: string; readonly start: { readonly line: number } };
}

async function lint(cwd: string): Promise<{ path: string; line: number }[]> {
  const biome = join(root, 'node_modules/.bin/biome');
  const options = ['lint', '--reporter=json', '--max-diagnostics=none', '--vcs-enabled=false', '.'];
  const output = await new Promise<string>((done) => {
    execFile(biome, options, { cwd, maxBuffer: 2 ** 26 }, (_error, stdout) => done(stdout));
  });
  const { diagnostics }: { diagnostics: Diagnostic[] } = JSON.parse(output);
  return diagnostics
    .filter(({ category }) => ours.test(category))
    .map(({ location }) => ({ path: location.path, line: location.start.line }));
}
