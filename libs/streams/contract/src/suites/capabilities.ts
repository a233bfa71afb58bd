import { on } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { openWorld } from '../support/world.ts';

export function describeCapabilities(harness: Harness): void {
  describe('capabilities', () => {
    test('are those the harness says', async () => {
      await using world = await openWorld(harness);
      expect(world.driver.capabilities).toEqual(harness.capabilities);
      expect(world.streams.backend).toBe(world.driver.name);
    });

    test('that are lacking say why', () => {
      const { lacks, ...answers } = harness.capabilities;
      const lacking = Object.entries(answers).filter(([, has]) => !has);
      for (const [capability] of lacking) expect(lacks[capability], `lacks.${capability}`).toMatch(/\w+ \w+/);
    });

    test('are not needed to close twice', async () => {
      const driver = await harness.open();
      await driver[Symbol.asyncDispose]();
      await driver[Symbol.asyncDispose]();
      await expect(driver.partitions('any')).rejects.toMatchObject({ code: 'CLOSED' });
    });

    test('do not let a group run with nonsense', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const run = (options: {
        group?: string;
        concurrency?: number;
        leaseMs?: number;
        batch?: number;
      }): Promise<unknown> =>
        world.run({
          group: world.name('g'),
          mode: 'partitioned',
          delivery: 'at-least-once',
          routes: [on(items, () => undefined)],
          ...options,
        });
      for (const nonsense of [
        { group: 'a b' },
        { group: '' },
        { concurrency: 0 },
        { concurrency: 1.5 },
        { leaseMs: 1 },
        { batch: 0 },
      ])
        await expect(run(nonsense), JSON.stringify(nonsense)).rejects.toMatchObject({
          code: 'INVALID_ARGUMENT',
        });
    });
  });
}
