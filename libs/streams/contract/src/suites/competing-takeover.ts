import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { acknowledge, acknowledgeClaims, compete } from '../support/compete.ts';
import { fetchCount } from '../support/raw-member.ts';
import { makeRecords, storedTexts } from '../support/records.ts';
import { keptMs, leaseTimePasses } from '../support/time.ts';
import { openWorld } from '../support/world.ts';

const leaseMs = 600;

/** Competing members that die or sleep, straight on the driver. */
export function describeCompetingTakeover(harness: Harness): void {
  if (!harness.capabilities.competing) return;
  describe('competing members', () => {
    test('that die are replaced, and the attempt that ended with them counts', async () => {
      await using world = await openWorld(harness);
      const [topic, group] = [(await world.topic(1)).name, world.name('g')];
      await world.driver.append(makeRecords(topic, 0, 2), { acks: 'leader' });
      const child = world.start({
        program: 'holder',
        mode: 'competing',
        group,
        topic,
        leaseMs,
        max: 2,
        to: topic,
        blockUntil: null,
      });
      await child.until('fetched');
      await child.kill();
      await using successor = await compete(world, group, topic, leaseMs);
      const [first, second] = await acknowledgeClaims(successor, 2);
      expect(first?.attempt).toBe(2);
      expect(second?.attempt).toBeLessThanOrEqual(2);
    });

    test('that are alive keep what they hold longer than the lease', async () => {
      await using world = await openWorld(harness);
      const [topic, group] = [(await world.topic(1)).name, world.name('g')];
      await world.driver.append(makeRecords(topic, 0, 1), { acks: 'leader' });
      await using first = await compete(world, group, topic, keptMs);
      const held = await fetchCount(first, 1);
      await using second = await compete(world, group, topic, keptMs);
      const stop = new AbortController();
      const taken = second.fetch(1, { signal: stop.signal });
      await leaseTimePasses(world, keptMs);
      await leaseTimePasses(world, keptMs);
      stop.abort();
      expect(await taken).toEqual([]);
      expect(await first.commit(held.map(acknowledge))).toEqual(['committed']);
    });

    test.each(['paused', 'blocked'] as const)(
      'that slept (%s) are fenced, and leave the new owner its work',
      async (how) => {
        await using world = await openWorld(harness);
        const [topic, group, to] = [
          (await world.topic(1)).name,
          world.name('g'),
          (await world.topic(1)).name,
        ];
        const wake = world.file('wake');
        await world.driver.append(makeRecords(topic, 0, 1), { acks: 'leader' });
        const blockUntil = how === 'blocked' ? wake : null;
        const sleeper = world.start({
          program: 'holder',
          mode: 'competing',
          group,
          topic,
          leaseMs,
          max: 1,
          to,
          blockUntil,
        });
        await sleeper.until('fetched');
        if (how === 'paused') await world.pause(sleeper);
        await using successor = await compete(world, group, topic, leaseMs);
        const taken = await fetchCount(successor, 1);
        writeFileSync(wake, '');
        sleeper.resume();
        sleeper.tell('commit');
        expect(await sleeper.until('commit')).toMatchObject({ result: 'fenced' });
        expect(await storedTexts(world.driver, to)).toEqual([]);
        expect(await successor.commit(taken.map(acknowledge))).toEqual(['committed']);
      },
    );
  });
}
