import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { storedTexts } from '../support/records.ts';
import { openWorld } from '../support/world.ts';

const partitions = 4;
const size = 12;
const kills = 6;

/** What a publisher that is killed leaves behind. */
export function describeSurvivingKills(harness: Harness): void {
  describe('a publisher that is killed', () => {
    test.each(['leader', 'all'] as const)('leaves all that acks %s acknowledged', async (acks) => {
      await using world = await openWorld(harness);
      const { name: topic } = await world.topic(partitions);
      const appender = world.start({ program: 'appender', topics: [topic], size, acks, atomic: false });
      await appender.until('appended', ({ batch }) => batch === 20);
      await appender.kill();
      const held = new Set(
        (
          await Promise.all(
            numbers(partitions).map((partition) => storedTexts(world.driver, topic, partition)),
          )
        ).flat(),
      );
      const missing = appender
        .said('appended')
        .flatMap(({ batch }) => idsOf(batch))
        .filter((id) => !held.has(id));
      expect(missing).toEqual([]);
    });

    if (harness.capabilities.atomicAppend) {
      test('leaves each append over several partitions and topics whole or not at all', async () => {
        await using world = await openWorld(harness);
        for (let kill = 0; kill < kills; kill++) {
          const topics = [(await world.topic(partitions)).name, (await world.topic(2)).name];
          const appender = world.start({ program: 'appender', topics, size, acks: 'leader', atomic: true });
          await appender.until('appending', ({ batch }) => batch >= 3 + kill * 5);
          await appender.kill();
          const reads = topics.flatMap((topic, index) =>
            numbers(index === 0 ? partitions : 2).map((partition) =>
              storedTexts(world.driver, topic, partition),
            ),
          );
          const held = (await Promise.all(reads)).flat();
          const perBatch = Map.groupBy(held, (id) => id.split('-')[0]);
          const partial = [...perBatch.values()].filter((ids) => ids.length !== size);
          expect(partial).toEqual([]);
        }
      });
    } else {
      test('may leave a part of an append over several partitions, and the driver says why', () => {
        expect(harness.capabilities.lacks.atomicAppend).toBeTruthy();
      });
    }

    test('leaves each partition without gaps and without repeats', async () => {
      await using world = await openWorld(harness);
      const { name: topic } = await world.topic(partitions);
      const appender = world.start({
        program: 'appender',
        topics: [topic],
        size,
        acks: 'leader',
        atomic: false,
      });
      await appender.until('appending', ({ batch }) => batch >= 20);
      await appender.kill();
      for (const partition of numbers(partitions)) {
        const held = await storedTexts(world.driver, topic, partition);
        const sent = appender
          .said('appending')
          .flatMap(({ batch }) => idsOf(batch).filter((_, index) => index % partitions === partition));
        expect(held).toEqual(sent.slice(0, held.length));
      }
    });
  });
}

function idsOf(batch: number): string[] {
  return numbers(size).map((index) => `${batch}-${index}`);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
