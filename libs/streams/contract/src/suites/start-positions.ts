import type { Start } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { record } from '../support/group.ts';
import { expectExactlyOnce, makeItems } from '../support/items.ts';
import { joinOptions } from '../support/join-options.ts';
import { fetchCount, joinRaw } from '../support/raw-member.ts';
import { makeRecords, textsOf } from '../support/records.ts';
import { clockTick } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

export function describeStartPositions(harness: Harness): void {
  describe('a new group', () => {
    test('begins where it is configured to', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const positions = await world.streams.publish(items, makeItems(4, 1, 'old'));
      const at = await clockTick();
      await world.streams.publish(items, makeItems(4, 1, 'new'));
      const [, after] = positions;
      if (!after) throw new Error('four positions were expected');
      const expected: readonly (readonly [Start, readonly string[]])[] = [
        ['earliest', [...makeItems(4, 1, 'old'), ...makeItems(4, 1, 'new')].map(({ id }) => id)],
        [{ at }, makeItems(4, 1, 'new').map(({ id }) => id)],
        [{ after }, [...makeItems(4, 1, 'old').slice(2), ...makeItems(4, 1, 'new')].map(({ id }) => id)],
      ];
      for (const [start, ids] of expected) {
        const recorder = await record(world, world.name('g'), [items], undefined, { start });
        await recorder.running.caughtUp();
        expect(recorder.items().map(({ id }) => id)).toEqual(ids);
      }
    });

    test('that starts at latest gets everything published since it was joined, and nothing from before', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(3);
      await world.streams.publish(items, makeItems(12, 6, 'old'));
      const recorder = await record(world, world.name('g'), [items], undefined, { start: 'latest' });
      await world.streams.publish(items, makeItems(12, 6, 'new'));
      await recorder.running.caughtUp();
      expectExactlyOnce(recorder.items(), makeItems(12, 6, 'new'));
    });

    test('that started at latest misses nothing while it is away', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(3);
      const group = world.name('g');
      const first = await record(world, group, [items], undefined, { start: 'latest' });
      await first.running.stop();
      await world.streams.publish(items, makeItems(12, 6));
      const second = await record(world, group, [items], undefined, { start: 'latest' });
      await second.running.caughtUp();
      expectExactlyOnce([...first.items(), ...second.items()], makeItems(12, 6));
    });

    test('keeps its positions when it is started again with another start', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      const group = world.name('g');
      await world.streams.publish(items, makeItems(10, 4, 'old'));
      const first = await record(world, group, [items]);
      await first.running.caughtUp();
      await first.running.stop();
      await world.streams.publish(items, makeItems(10, 4, 'new'));
      const second = await record(world, group, [items], undefined, { start: 'earliest' });
      await second.running.caughtUp();
      expectExactlyOnce(second.items(), makeItems(10, 4, 'new'));
    });

    test('with a new topic begins there at its start and goes on elsewhere', async () => {
      await using world = await openWorld(harness);
      const [known, added] = [await world.topic(1), await world.topic(1)];
      const group = world.name('g');
      await world.streams.publish(known, makeItems(5, 1, 'known'));
      await world.streams.publish(added, makeItems(5, 1, 'added'));
      const first = await record(world, group, [known]);
      await first.running.caughtUp();
      await first.running.stop();
      const second = await record(world, group, [known, added]);
      await second.running.caughtUp();
      expectExactlyOnce(second.items(), makeItems(5, 1, 'added'));
    });

    test('with external positions begins after those it is given', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const positions = await world.driver.append(makeRecords(name, 0, 6), { acks: 'leader' });
      const options = joinOptions(harness.capabilities, [name], { commitKind: 'external' });
      await using member = await joinRaw(world.driver, world.name('g'), options);
      const lease = await member.lease(0);
      await lease.seek(positions.slice(2, 3));
      expect(textsOf(await fetchCount(lease, 3))).toEqual(['3', '4', '5']);
    });

    test('with external positions begins where it began when none are left, whatever the backend knows', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const positions = await world.driver.append(makeRecords(name, 0, 3), { acks: 'leader' });
      const group = world.name('g');
      const options = joinOptions(harness.capabilities, [name], { commitKind: 'external' });
      {
        await using member = await joinRaw(world.driver, group, options);
        await (await member.lease(0)).seek(positions.slice(2));
      }
      await using member = await joinRaw(world.driver, group, options);
      const lease = await member.lease(0);
      await lease.seek([]);
      expect(textsOf(await fetchCount(lease, 3))).toEqual(['0', '1', '2']);
    });

    test('with external positions ahead of what the backend knows has no lag before them', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const positions = await world.driver.append(makeRecords(name, 0, 6), { acks: 'leader' });
      const group = world.name('g');
      const options = joinOptions(harness.capabilities, [name], { commitKind: 'external' });
      await using member = await joinRaw(world.driver, group, options);
      const lease = await member.lease(0);
      await lease.seek(positions.slice(5));
      const { partitions } = await world.driver.admin.describeGroup(group);
      expect(partitions).toMatchObject([
        { topic: name, partition: 0, committed: positions[5]?.offset, lag: 0 },
      ]);
    });
  });
}
