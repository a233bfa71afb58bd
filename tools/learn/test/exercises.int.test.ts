import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireService, startKafka, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from '../src/check.ts';
import { exercises } from '../src/exercises.ts';
import { runLearn } from '../src/program.ts';

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

describe('the exercises', () => {
  it('is started and judged as its page says', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'learn-page-'));
    const lines: string[] = [];
    const learn = (...given: string[]) =>
      runLearn(given, { environment: { DATA_DIR: folder }, print: (line) => lines.push(line) });
    const said = (): string => lines.splice(0).join('\n');
    expect(await learn()).toBe(0);
    for (const exercise of exercises) expect(lines.join('\n')).toContain((await exercise.load()).title);
    said();
    expect(await learn('check', '4')).toBe(2);
    expect(await learn('start', '13')).toBe(2);
    expect(await learn('start', '4')).toBe(0);
    const file = join(folder, 'learn', `${exercises[3]?.name}.ts`);
    expect(said()).toContain(`Mend ${file}`);
    expect(await learn('check', '4')).toBe(1);
    expect(said()).toMatch(/^NOT YET: not shipped/);
    expect(await learn('start', '4')).toBe(0);
    expect(said()).toContain('yours is kept');
    // Another one: a process loads a file once, and each check of a reader is a process of its own.
    expect(await learn('start', '2')).toBe(0);
    await copyFile(exercises[1]?.solution ?? '', join(folder, 'learn', `${exercises[1]?.name}.ts`));
    said();
    expect(await learn('check', '2')).toBe(0);
    expect(said()).toMatch(/^PASSED: /);
    await rm(folder, { recursive: true, force: true });
  });

  it('says what is wrong with a file that does not run', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'learn-broken-'));
    const [exercise] = exercises;
    if (!exercise) throw new Error('there are exercises');
    const judged = async (name: string, text: string, deadlineMs?: number): Promise<string> => {
      const file = join(folder, `${name}.ts`);
      await writeFile(file, text);
      const url = `embedded:${join(folder, `${name}.db`)}`;
      const verdict = await check(exercise, file, url, deadlineMs);
      expect(verdict.passed).toBe(false);
      return verdict.found;
    };
    expect(await judged('syntax', 'export const start = (')).toMatch(/^the file cannot be loaded: /);
    expect(await judged('nothing', 'export const begin = 1;')).toContain('has to export the function start');
    expect(await judged('throws', `export function start() { throw new Error('no idea'); }`)).toMatch(
      /^the work ended with an error: |^not shipped: /,
    );
    await rm(folder, { recursive: true, force: true });
  });
});

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
