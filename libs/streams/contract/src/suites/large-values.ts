import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { outputTopic } from '../member/items.ts';
import { valuesOf } from '../support/collect.ts';
import { makeItems } from '../support/items.ts';
import { joinOptions } from '../support/join-options.ts';
import { joinRaw } from '../support/raw-member.ts';
import { makeRecord } from '../support/records.ts';
import { finish, groupScript } from '../support/scripts.ts';
import { openWorld } from '../support/world.ts';

const megabyte = 1024 * 1024;
const records = 40;
/** Of one fetch: the first may be larger than later ones, since a driver learns how large records are. */
const fewRecords = 20;

const items = makeItems(64, 64);
const valueBytes = megabyte / 2;
/** Megabytes: less than the values take together, as outputs and again as state, and the program takes a third of it. */
const heap = 32;

/** What a member has in flight is bounded in bytes, not only in messages. */
export function describeLargeValues(harness: Harness): void {
  describe('large values', () => {
    test('come a few at a time, however many are asked for', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const value = new Uint8Array(megabyte);
      for (let index = 0; index < records; index += 8)
        await world.driver.append(
          Array.from({ length: 8 }, () => makeRecord(name, 0, value)),
          { acks: 'leader' },
        );
      await using member = await joinRaw(
        world.driver,
        world.name('g'),
        joinOptions(harness.capabilities, [name]),
      );
      const lease = await member.lease(0);
      for (let fetched = 0; fetched < records; ) {
        const balanced = await lease.fetch(500, { signal: AbortSignal.timeout(30_000) });
        expect(balanced.length).toBeGreaterThan(0);
        expect(balanced.length).toBeLessThanOrEqual(fewRecords);
        fetched += balanced.length;
        await lease.commit({ acknowledged: balanced, outputs: [], state: [], dedupeIds: [] });
      }
    });

    test('pass through a member with a small heap', async () => {
      await using world = await openWorld(harness);
      const small = await world.topic(2);
      const [large, result] = [
        outputTopic((await world.topic(2)).name),
        outputTopic((await world.topic(2)).name),
      ];
      const delivery = harness.capabilities.atomicCommit ? 'exactly-once' : 'at-least-once';
      await world.streams.publish(small, items);
      for (const [from, to] of [
        [small, large],
        [large, result],
      ] as const) {
        const effect = { kind: 'swell', to: to.name, bytes: valueBytes, store: 'swollen' } as const;
        const group = world.name('g');
        await finish(
          world.start(groupScript({ group, topics: [from.name], delivery, effect, heap, leaseMs: 3_000 })),
        );
      }
      const came = await valuesOf(world.streams, result);
      expect(came.map(({ id }) => id).toSorted()).toEqual(items.map(({ id }) => id).toSorted());
    });
  });
}
