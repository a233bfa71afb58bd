import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { outputTopic } from '../member/items.ts';
import { valuesOf } from '../support/collect.ts';
import { record } from '../support/group.ts';
import { expectExactlyOnce, makeItems } from '../support/items.ts';
import { waitFor } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

export function describeConcurrency(harness: Harness): void {
  const delivery = harness.capabilities.atomicCommit ? 'exactly-once' : 'at-least-once';

  describe('concurrency', () => {
    test('handles different keys of a partition at the same time, up to its bound', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const gate = world.gate();
      let inFlight = 0;
      let most = 0;
      await world.streams.publish(items, makeItems(20, 10));
      const recorder = await record(
        world,
        world.name('g'),
        [items],
        async () => {
          inFlight += 1;
          most = Math.max(most, inFlight);
          await gate.opened;
          inFlight -= 1;
        },
        { concurrency: 4 },
      );
      await waitFor('four messages are in flight', () => inFlight === 4);
      gate.open();
      await recorder.running.caughtUp();
      expect(most).toBe(4);
      expect(recorder.items()).toHaveLength(20);
    });

    test('never handles two messages of one key at a time, and keeps their order', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      const busy = new Set<string>();
      const overlaps: string[] = [];
      await world.streams.publish(items, makeItems(200, 7));
      const recorder = await record(
        world,
        world.name('g'),
        [items],
        async ({ value: { key, id } }) => {
          if (busy.has(key)) overlaps.push(id);
          busy.add(key);
          for (let turn = 0; turn < id.length % 5; turn++) await Promise.resolve();
          await new Promise(setImmediate);
          busy.delete(key);
        },
        { concurrency: 8, delivery },
      );
      await recorder.running.caughtUp();
      expect(overlaps).toEqual([]);
      expectExactlyOnce(recorder.items(), makeItems(200, 7));
    });

    test('keeps outputs in the order of their inputs, whichever handler is done first', async () => {
      await using world = await openWorld(harness);
      const [items, copies] = [await world.topic(1), outputTopic((await world.topic(1)).name)];
      const published = makeItems(24, 8);
      const done = new Set<string>();
      await world.streams.publish(items, published);
      const recorder = await record(
        world,
        world.name('g'),
        [items],
        async ({ value, attempt }, context) => {
          // Each key waits for the next key's item of the same round, so handlers end in reverse.
          const later = `k${Number(value.key.slice(1)) + 1}-${value.sequence}`;
          if (value.key !== 'k7') await waitFor(`${later} is done`, () => done.has(later));
          context.send(copies, { ...value, count: 0, pid: 0, from: 0, epoch: 0, attempt });
          done.add(value.id);
        },
        { concurrency: 8, delivery },
      );
      await recorder.running.caughtUp();
      expect((await valuesOf(world.streams, copies)).map(({ id }) => id)).toEqual(
        published.map(({ id }) => id),
      );
    });

    test('is one by default: the partition is handled in its order', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const order: string[] = [];
      await world.streams.publish(items, makeItems(30, 10));
      const recorder = await record(world, world.name('g'), [items], async ({ value: { id } }) => {
        order.push(`begin ${id}`);
        await new Promise(setImmediate);
        order.push(`end ${id}`);
      });
      await recorder.running.caughtUp();
      expect(order).toEqual(makeItems(30, 10).flatMap(({ id }) => [`begin ${id}`, `end ${id}`]));
    });
  });
}
