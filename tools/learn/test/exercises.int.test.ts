import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireService, startKafka, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from '../src/check.ts';
import { exercises } from '../src/exercises.ts';

interface Server extends AsyncDisposable {
  readonly url: string;
}

const starters: Readonly<Record<'embedded' | 'redis' | 'kafka', () => Promise<Server>>> = {
  embedded: async () => ({
    url: `embedded:${join(await mkdtemp(join(tmpdir(), 'learn-')), 'streams.db')}`,
    [Symbol.asyncDispose]: async () => undefined,
  }),
  redis: startRedis,
  kafka: startKafka,
};

/** What each judge finds before anything is mended: it must fail for its own reason. */
const brokenBy: readonly RegExp[] = [
  /^not shipped: order-3(, order-4, order-5, order-6)?$/,
  /^twice: order-2, order-3, order-4, order-5; missing: none$/,
  /^in several partitions: order-1, .*; partitions in use: [23]$/,
  /^not shipped: order-4, order-5, order-6; in the dead letters: none$/,
  /^twice: .*order-2.*; missing: none$/,
  /^not shipped: order-1, .*order-15; kept at most: 10$/,
  /^1 questions at the same time; two at once for one order: none$/,
  /^twice: none; missing: 0; ids in the state: 300$/,
  /^missing: .*order-3.*; twice: none$/,
  /^sales of 2700 pence, sums of 0, in 0 records$/,
  /^2026-02-01: 1050$/,
  /^new-1: 250$/,
];

for (const backend of ['embedded', 'redis', 'kafka'] as const) {
  const when = backend === 'embedded' ? describe : requireService(backend);
  when(`the exercises on ${backend}`, () => {
    let server: Server | undefined;
    beforeAll(async () => {
      server = await starters[backend]();
    });
    afterAll(async () => await server?.[Symbol.asyncDispose]());
    const url = (): string => server?.url ?? '';

    it('are twelve', () => {
      expect(exercises.map(({ number }) => number)).toEqual(
        Array.from({ length: 12 }, (_, index) => index + 1),
      );
    });

    for (const exercise of exercises) {
      it(`${exercise.name} starts broken`, async () => {
        const verdict = await check(exercise, exercise.start, url());
        expect(verdict).toMatchObject({
          passed: false,
          found: expect.stringMatching(brokenBy[exercise.number - 1] ?? /^$/),
        });
      });

      it(`${exercise.name} can be mended`, async () => {
        const verdict = await check(exercise, exercise.solution, url());
        expect(verdict.passed, verdict.found).toBe(true);
      });
    }
  });
}
