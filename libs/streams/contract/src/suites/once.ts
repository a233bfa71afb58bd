import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { makeRecord, makeRecords, storedTexts } from '../support/records.ts';
import { openWorld } from '../support/world.ts';

/** Appends that are stored a single time, whoever repeats them. */
export function describeOnce(harness: Harness): void {
  describe('publishing once', () => {
    if (!harness.capabilities.idempotentAppend) {
      test('is refused with the reason', async () => {
        await using world = await openWorld(harness);
        const { name } = await world.topic(1);
        const append = world.driver.append(makeRecords(name, 0, 1), {
          acks: 'leader',
          once: { producer: 'p', sequence: 1 },
        });
        await expect(append).rejects.toMatchObject({ code: 'UNSUPPORTED' });
        await expect(append).rejects.toThrow(
          harness.capabilities.lacks.idempotentAppend ?? 'a reason in lacks.idempotentAppend',
        );
      });
      return;
    }

    test('ignores a sequence that was stored before, and lower ones', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const append = (value: string, sequence: number): Promise<unknown> =>
        world.driver.append([makeRecord(name, 0, value)], { acks: 'all', once: { producer: 'p', sequence } });
      await append('five', 5);
      await append('five', 5);
      await append('four', 4);
      await append('six', 6);
      expect(await storedTexts(world.driver, name)).toEqual(['five', 'six']);
    });

    test('returns no position for what it ignored', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const once = { producer: 'p', sequence: 1 };
      expect(await world.driver.append(makeRecords(name, 0, 3), { acks: 'all', once })).toHaveLength(3);
      expect(await world.driver.append(makeRecords(name, 0, 3), { acks: 'all', once })).toEqual([]);
    });

    test('tells producers apart', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      for (const producer of ['p', 'q', 'p'])
        await world.driver.append([makeRecord(name, 0, producer)], {
          acks: 'all',
          once: { producer, sequence: 1 },
        });
      expect(await storedTexts(world.driver, name)).toEqual(['p', 'q']);
    });

    test('completes an append of which some partitions were stored', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(2);
      const once = { producer: 'p', sequence: 1 };
      const [first, second] = [makeRecord(name, 0, 'first'), makeRecord(name, 1, 'second')];
      await world.driver.append([first], { acks: 'all', once });
      await world.driver.append([first, second], { acks: 'all', once });
      expect(await storedTexts(world.driver, name, 0)).toEqual(['first']);
      expect(await storedTexts(world.driver, name, 1)).toEqual(['second']);
    });

    test('stores one of many simultaneous repeats by many clients', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const clients = await Promise.all([1, 2, 3, 4].map(() => world.open()));
      for (let sequence = 1; sequence <= 10; sequence++)
        await Promise.all(
          clients.map((client) =>
            client.append([makeRecord(name, 0, String(sequence))], {
              acks: 'leader',
              once: { producer: 'p', sequence },
            }),
          ),
        );
      expect(await storedTexts(world.driver, name)).toEqual([
        '1',
        '2',
        '3',
        '4',
        '5',
        '6',
        '7',
        '8',
        '9',
        '10',
      ]);
    });
  });
}
