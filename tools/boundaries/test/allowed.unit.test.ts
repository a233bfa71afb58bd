import { describe, expect, it } from 'vitest';
import { violationsOf } from './fixture-workspace.ts';

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
      'driver → core and its client',
      'libs/streams/redis/src/a.ts',
      `import '@millrace/streams'; import 'ioredis';`,
    ],
    ['driver → parts of drivers', 'libs/streams/redis/src/a.ts', `import '@millrace/streams/driver-kit';`],
    [
      'payment → the opening of cards',
      'apps/payment/src/handlers/a.ts',
      `import '@millrace/events/open-card';`,
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
      'tool test → domain of an app',
      'tools/replay/test/a.unit.test.ts',
      `import '../../../apps/payment/src/domain/decide.ts';`,
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
