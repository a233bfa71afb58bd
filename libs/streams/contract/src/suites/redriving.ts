import { Rejected } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { all, valuesOf } from '../support/collect.ts';
import { record } from '../support/group.ts';
import { makeItems } from '../support/items.ts';
import { reject, rejectedIds } from '../support/reject.ts';
import { openWorld } from '../support/world.ts';

const published = makeItems(20, 4);

/** Dead letters on their way back. */
export function describeRedriving(harness: Harness): void {
  describe('dead letters', () => {
    test('are redriven once each to the topics they came from, as they were', async () => {
      await using world = await openWorld(harness);
      const [items, others] = [await world.topic(2), await world.topic(1)];
      const group = world.name('g');
      await world.streams.publish(items, published, { headers: { trace: 'abc' } });
      await world.streams.publish(others, makeItems(3, 1, 'other'));
      let refusing = true;
      const recorder = await record(world, group, [items, others], (message) => {
        if (refusing && (rejectedIds.has(message.value.id) || message.topic === others.name))
          throw new Rejected('not now');
      });
      await recorder.running.caughtUp();
      refusing = false;
      expect(await world.streams.admin.redrive(group, { limit: 2 })).toBe(2);
      expect(await world.streams.admin.redrive(group)).toBe(4);
      expect(await world.streams.admin.redrive(group)).toBe(0);
      expect(await all(world.streams.admin.deadLetters(group))).toEqual([]);
      await recorder.running.caughtUp();
      expect(
        recorder
          .items()
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual([...published, ...makeItems(3, 1, 'other')].map(({ id }) => id).toSorted());
      const again = (await all(world.streams.read(items, { to: 'now' }))).filter(
        ({ value }) => value.id === 'k2-2',
      );
      expect(again).toHaveLength(2);
      expect(again[1]?.headers).toMatchObject({ id: 'k2-2', trace: 'abc' });
      expect(again[1]?.key).toBe('k2');
    });

    test('that fail again wait for the next redrive', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      const group = world.name('g');
      await world.streams.publish(items, published);
      const recorder = await record(world, group, [items], reject);
      await recorder.running.caughtUp();
      for (let round = 0; round < 3; round++) {
        expect(await world.streams.admin.redrive(group)).toBe(rejectedIds.size);
        await recorder.running.caughtUp();
        expect(await all(world.streams.admin.deadLetters(group))).toHaveLength(rejectedIds.size);
      }
    });

    test('are published once by several who redrive at the same time', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      const group = world.name('g');
      await world.streams.publish(items, published);
      const recorder = await record(world, group, [items], reject);
      await recorder.running.caughtUp();
      await recorder.running.stop();
      const clients = await Promise.all([1, 2, 3].map(() => world.connect()));
      await Promise.all(clients.map((client) => client.admin.redrive(group)));
      const again = (await valuesOf(world.streams, items)).filter(({ id }) => rejectedIds.has(id));
      expect(again.map(({ id }) => id).toSorted()).toEqual([...rejectedIds, ...rejectedIds].toSorted());
    });

    if (harness.capabilities.atomicCommit)
      test('are accepted when redriven by a group that deduplicates', async () => {
        await using world = await openWorld(harness);
        const items = await world.topic(1);
        const group = world.name('g');
        await world.streams.publish(items, published);
        let refusing = true;
        const recorder = await record(
          world,
          group,
          [items],
          (message) => {
            if (refusing) reject(message);
          },
          { delivery: 'exactly-once', dedupe: { window: { count: 1_000 } } },
        );
        await recorder.running.caughtUp();
        refusing = false;
        expect(await world.streams.admin.redrive(group)).toBe(3);
        await recorder.running.caughtUp();
        expect(
          recorder
            .items()
            .map(({ id }) => id)
            .toSorted(),
        ).toEqual(published.map(({ id }) => id).toSorted());
      });
  });
}
