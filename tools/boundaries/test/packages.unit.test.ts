import { describe, it } from 'vitest';
import { type BrokenRule, expectBroken } from './expect-broken.ts';

describe('a package breaks a rule:', () => {
  it.each<BrokenRule>([
    ['app → app', 'apps/payment/src/app.ts', `import '@millrace/inventory';`, 'imports @millrace/inventory'],
    [
      'app → app in a test',
      'apps/payment/test/a.unit.test.ts',
      `import '@millrace/inventory';`,
      'imports @millrace/inventory',
    ],
    [
      'app → domain of another app in a test',
      'apps/payment/test/a.unit.test.ts',
      `import '../../inventory/src/domain/join.ts';`,
      'imports @millrace/inventory',
    ],
    [
      'tool → domain of an app',
      'tools/replay/src/a.ts',
      `import '../../../apps/payment/src/domain/decide.ts';`,
      'imports @millrace/payment',
    ],
    [
      'tool test → handler of an app',
      'tools/replay/test/a.unit.test.ts',
      `import '../../../apps/payment/src/handlers/payment-events.ts';`,
      'imports @millrace/payment',
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
      'app → parts of drivers',
      'apps/payment/src/app.ts',
      `import '@millrace/streams/driver-kit';`,
      'imports @millrace/streams/driver-kit',
    ],
    [
      'app → the opening of cards',
      'apps/inventory/src/app.ts',
      `import { openPaymentEvent } from '@millrace/events/open-card';`,
      'imports @millrace/events/open-card',
    ],
    [
      'tool → the opening of cards',
      'tools/replay/src/a.ts',
      `await import('@millrace/events/open-card');`,
      'imports @millrace/events/open-card',
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
      'service → driver',
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
  ])('%s: %s', (...row) => expectBroken(row));
});
