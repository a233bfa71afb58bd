import { describe, expect, it } from 'vitest';
import { checkWorkspace } from '../src/check-workspace.ts';
import { violationsOf } from './fixture-workspace.ts';

const workspaceRoot = new URL('../../..', import.meta.url).pathname;

it('finds nothing to say against the real tree', () => {
  const { files, projects, violations } = checkWorkspace(workspaceRoot);
  expect(violations).toEqual([]);
  expect(projects).toBeGreaterThan(15);
  expect(files).toBeGreaterThan(20);
});

describe('breaks', () => {
  it.each<[rule: string, path: string, source: string, does: string]>([
    ['app → app', 'apps/payment/src/app.ts', `import '@millrace/inventory';`, 'imports @millrace/inventory'],
    [
      'app → app in a test',
      'apps/payment/test/a.unit.test.ts',
      `import '@millrace/inventory';`,
      'imports @millrace/inventory',
    ],
    [
      'app → driver',
      'apps/payment/src/app.ts',
      `import '@millrace/streams-redis';`,
      'imports @millrace/streams-redis',
    ],
    [
      'app → driver, loaded late',
      'apps/payment/src/app.ts',
      `await import('@millrace/streams-redis');`,
      'imports @millrace/streams-redis',
    ],
    [
      'app → driver, its type',
      'apps/payment/src/app.ts',
      `type A = import('@millrace/streams-redis').A;`,
      'imports @millrace/streams-redis',
    ],
    [
      'app → help for tests',
      'apps/payment/src/app.ts',
      `export * from '@millrace/testing';`,
      'imports @millrace/testing',
    ],
    ['app → broker client', 'apps/payment/src/app.ts', `import { Redis } from 'ioredis';`, 'imports ioredis'],
    [
      'app → broker client, required',
      'apps/payment/src/app.ts',
      `const kafka = require('kafkajs');`,
      'imports kafkajs',
    ],
    [
      'app → another package by path',
      'apps/payment/src/app.ts',
      `import '../../../libs/events/src/index.ts';`,
      'imports ../../../libs/events/src/index.ts, which lies in libs/events',
    ],
    [
      'core → driver',
      'libs/streams/core/src/a.ts',
      `import '@millrace/streams-embedded';`,
      'imports @millrace/streams-embedded',
    ],
    [
      'core → events',
      'libs/streams/core/src/a.ts',
      `import type { A } from '@millrace/events';`,
      'imports @millrace/events',
    ],
    ['core → broker client', 'libs/streams/core/src/a.ts', `import 'kafkajs';`, 'imports kafkajs'],
    [
      'core → the embedded storage',
      'libs/streams/core/src/a.ts',
      `import 'node:sqlite';`,
      'imports node:sqlite',
    ],
    [
      'driver → driver',
      'libs/streams/redis/src/a.ts',
      `import '@millrace/streams-embedded';`,
      'imports @millrace/streams-embedded',
    ],
    [
      'driver → driver in a test',
      'libs/streams/redis/test/a.int.test.ts',
      `import '@millrace/streams-embedded';`,
      'imports @millrace/streams-embedded',
    ],
    [
      'driver → service',
      'libs/streams/redis/src/a.ts',
      `import '@millrace/service';`,
      'imports @millrace/service',
    ],
    [
      'contract → driver',
      'libs/streams/contract/src/a.ts',
      `import '@millrace/streams-redis';`,
      'imports @millrace/streams-redis',
    ],
    ['events → service', 'libs/events/src/a.ts', `import '@millrace/service';`, 'imports @millrace/service'],
    [
      'service → driver beside openStreams',
      'libs/service/src/http/a.ts',
      `import '@millrace/streams-redis';`,
      'imports @millrace/streams-redis',
    ],
    ['service → broker client', 'libs/service/src/a.ts', `import 'ioredis';`, 'imports ioredis'],
    ['tool → app', 'tools/replay/src/a.ts', `import '@millrace/payment';`, 'imports @millrace/payment'],
    [
      'end-to-end test → app',
      'apps/shop-e2e/test/a.e2e.test.ts',
      `import '@millrace/payment';`,
      'imports @millrace/payment',
    ],
    [
      'domain → handler',
      'apps/payment/src/domain/a.ts',
      `import '../handlers/b.ts';`,
      'imports ../handlers/b.ts',
    ],
    ['domain → node', 'apps/payment/src/domain/a.ts', `import 'node:crypto';`, 'imports node:crypto'],
    [
      'domain → node without its prefix',
      'apps/payment/src/domain/a.ts',
      `import 'crypto';`,
      'imports crypto',
    ],
    [
      'domain → streams',
      'apps/payment/src/domain/a.ts',
      `import '@millrace/streams';`,
      'imports @millrace/streams',
    ],
    ['domain → npm', 'apps/payment/src/domain/a.ts', `import 'zod';`, 'imports zod'],
    [
      'domain → what another domain may use',
      'apps/inventory/src/domain/a.ts',
      `import 'card-validator';`,
      'imports card-validator',
    ],
    ['domain reads the clock', 'apps/payment/src/domain/a.ts', 'const now = new Date();', 'uses new Date()'],
    ['domain reads the clock', 'apps/payment/src/domain/a.ts', 'const now = Date.now();', 'uses Date.now()'],
    [
      'domain throws dice',
      'apps/payment/src/domain/a.ts',
      'const id = globalThis.crypto.randomUUID();',
      'uses crypto.randomUUID()',
    ],
    ['domain waits', 'apps/payment/src/domain/a.ts', 'setTimeout(() => {}, 1);', 'uses setTimeout()'],
    [
      'app reads the environment',
      'apps/payment/src/config.ts',
      'const port = process.env.PORT;',
      'reads process.env',
    ],
    [
      'app reads the environment',
      'apps/payment/src/config.ts',
      `const port = process['env']['PORT'];`,
      'reads process.env',
    ],
    [
      'app reads the environment',
      'apps/payment/src/config.ts',
      'const { env } = process;',
      'reads process.env',
    ],
    [
      'app reads the environment',
      'apps/payment/src/config.ts',
      `import { env } from 'node:process';`,
      'reads process.env',
    ],
    [
      'library reads the environment',
      'libs/service/src/config/load.ts',
      'const port = process.env.PORT;',
      'reads process.env',
    ],
  ])('%s: %s', (_rule, path, source, does) => {
    const violations = violationsOf({ [path]: `\n${source}\n` });
    expect(violations.map((violation) => violation.does)).toContain(does);
    expect(violations[0]).toMatchObject({ path, line: 2 });
    expect(violations[0]?.rule).not.toBe('');
    expect(violations[0]?.instead).not.toBe('');
  });

  it('a package without a known tag', () => {
    const violations = violationsOf({
      'libs/new/package.json': JSON.stringify({ name: 'new', nx: { tags: ['scope:new'] } }),
    });
    expect(violations).toMatchObject([{ path: 'libs/new/package.json', does: 'has no known type: tag' }]);
  });
});

describe('allows', () => {
  it.each<[rule: string, path: string, source: string]>([
    [
      'app → events, service, core',
      'apps/payment/src/app.ts',
      `import '@millrace/events'; import '@millrace/service'; import '@millrace/streams';`,
    ],
    ['app → its own tables in SQLite', 'apps/payment/src/adapters/a.ts', `import 'node:sqlite';`],
    ['app reads the environment in main.ts', 'apps/payment/src/main.ts', 'const port = process.env.PORT;'],
    ['app test → help for tests', 'apps/payment/src/app.int.test.ts', `import '@millrace/testing';`],
    [
      'openStreams → drivers',
      'libs/service/src/streams/drivers.ts',
      `await import('@millrace/streams-redis');`,
    ],
    [
      'driver → core and its client',
      'libs/streams/redis/src/a.ts',
      `import '@millrace/streams'; import 'ioredis';`,
    ],
    [
      'driver test → contract',
      'libs/streams/redis/test/a.int.test.ts',
      `import '@millrace/streams-contract'; import '@millrace/testing';`,
    ],
    ['core test → driver', 'libs/streams/core/test/a.int.test.ts', `import '@millrace/streams-embedded';`],
    [
      'tool → driver and client',
      'tools/replay/src/a.ts',
      `import '@millrace/streams-redis'; import 'ioredis';`,
    ],
    [
      'domain → itself and event types',
      'apps/payment/src/domain/a.ts',
      `import './b.ts'; import '@millrace/events';`,
    ],
    ['domain → a listed package', 'apps/payment/src/domain/a.ts', `import 'card-validator';`],
    [
      'domain makes a date from data',
      'apps/payment/src/domain/a.ts',
      'export const at = (text: string): Date => new Date(text);',
    ],
    [
      'domain test → whatever it likes',
      'apps/payment/src/domain/a.unit.test.ts',
      `import 'vitest'; import 'fast-check';`,
    ],
    [
      'words in comments and strings',
      'apps/payment/src/app.ts',
      `// import 'ioredis'\nexport const text = "import 'kafkajs'; process.env";`,
    ],
  ])('%s', (_rule, path, source) => {
    expect(violationsOf({ [path]: source })).toEqual([]);
  });
});

it('names a file that does not parse', () => {
  expect(() => violationsOf({ 'apps/payment/src/app.ts': 'import {' })).toThrow(
    /apps\/payment\/src\/app\.ts does not parse/,
  );
});
