import { describe, it } from 'vitest';
import { type BrokenRule, expectBroken } from './expect-broken.ts';

describe('a file breaks a rule:', () => {
  it.each<BrokenRule>([
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
  ])('%s: %s', (...row) => expectBroken(row));
});
