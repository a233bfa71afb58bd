import { on, topic } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { balanced, record } from '../support/group.ts';
import { expectExactlyOnce, makeItems } from '../support/items.ts';
import { waitFor, within } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

export function describeGroups(harness: Harness): void {
  describe('groups', () => {
    test('each get every message once', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(3);
      await world.streams.publish(items, makeItems(30, 6));
      const groups = await Promise.all([1, 2, 3].map(() => record(world, world.name('g'), [items])));
      await Promise.all(groups.map(({ running }) => running.caughtUp()));
      for (const group of groups) expectExactlyOnce(group.items(), makeItems(30, 6));
    });

    test.each([
      ['as many members as partitions', 3, 3],
      ['fewer members than partitions', 2, 5],
      ['more members than partitions', 4, 3],
    ])('share the messages among %s', async (_, members, partitions) => {
      await using world = await openWorld(harness);
      const items = await world.topic(partitions);
      const group = world.name('g');
      const recorders = await Promise.all(
        Array.from({ length: members }, () => record(world, group, [items])),
      );
      await balanced(recorders, partitions);
      await world.streams.publish(items, makeItems(200, 40));
      await Promise.all(recorders.map(({ running }) => running.caughtUp()));
      const keysOf = recorders.map((recorder) => new Set(recorder.items().map(({ key }) => key)));
      for (const [index, keys] of keysOf.entries())
        for (const others of keysOf.slice(index + 1)) expect(keys.isDisjointFrom(others)).toBe(true);
      expectExactlyOnce(
        recorders.flatMap((recorder) => recorder.items()).toSorted((a, b) => a.sequence - b.sequence),
        makeItems(200, 40),
      );
      expect(recorders.filter(({ seen }) => seen.length > 0)).toHaveLength(Math.min(members, partitions));
    });

    test('see matching keys of two topics on one member, in order in each topic', async () => {
      await using world = await openWorld(harness);
      const [orders, payments] = [await world.topic(4), await world.topic(4)];
      const group = world.name('g');
      const recorders = await Promise.all([1, 2].map(() => record(world, group, [orders, payments])));
      await balanced(recorders, 4);
      await Promise.all([orders, payments].map((items) => world.streams.publish(items, makeItems(60, 12))));
      await Promise.all(recorders.map(({ running }) => running.caughtUp()));
      const [one = new Set<string>(), two = new Set<string>()] = recorders.map(
        (recorder) => new Set(recorder.items().map(({ key }) => key)),
      );
      expect(one.isDisjointFrom(two)).toBe(true);
      for (const { name } of [orders, payments]) {
        const seen = recorders.flatMap((recorder) => recorder.seen.filter((entry) => entry.topic === name));
        expectExactlyOnce(
          seen.map(({ item }) => item).toSorted((a, b) => a.sequence - b.sequence),
          makeItems(60, 12),
        );
      }
    });

    test('read topics of different partition counts', async () => {
      await using world = await openWorld(harness);
      const [wide, narrow] = [await world.topic(4), await world.topic(1)];
      const group = world.name('g');
      const recorders = await Promise.all([1, 2].map(() => record(world, group, [wide, narrow])));
      await world.streams.publish(wide, makeItems(40, 8, 'wide'));
      await world.streams.publish(narrow, makeItems(10, 2, 'narrow'));
      await Promise.all(recorders.map(({ running }) => running.caughtUp()));
      const ids = recorders.flatMap((recorder) => recorder.items().map(({ id }) => id));
      expect(ids.toSorted()).toEqual(
        [...makeItems(40, 8, 'wide'), ...makeItems(10, 2, 'narrow')].map(({ id }) => id).toSorted(),
      );
    });

    test('are caught up only when everything stored before was acknowledged, by whichever member', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      const group = world.name('g');
      const gate = world.gate();
      const busy = await record(world, group, [items], () => gate.opened);
      const idle = await record(world, group, [items], () => gate.opened);
      await balanced([busy, idle], 2);
      await world.streams.publish(items, makeItems(20, 10));
      let caughtUp = 0;
      const both = [busy, idle].map(async ({ running }) => {
        await running.caughtUp();
        caughtUp += 1;
        return busy.seen.length + idle.seen.length;
      });
      await waitFor('the lag is known', async () => ((await world.streams.admin.lag(group)) ?? 0) === 20);
      expect(caughtUp).toBe(0);
      gate.open();
      expect(await within('both are caught up', Promise.all(both))).toEqual([20, 20]);
      expect(await world.streams.admin.lag(group)).toBe(0);
    });

    test('stop waiting to be caught up when asked to', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const gate = world.gate();
      const { running } = await record(world, world.name('g'), [items], () => gate.opened);
      await world.streams.publish(items, makeItems(1, 1));
      await expect(running.caughtUp({ signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'ABORTED',
      });
    });

    test('cannot be run on a topic that does not exist', async () => {
      await using world = await openWorld(harness);
      const run = record(world, world.name('g'), [topic(world.name('unknown'))]);
      await expect(run).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
    });

    test('may be many on many topics', async () => {
      await using world = await openWorld(harness);
      const names = Array.from({ length: 150 }, () => world.name('many'));
      await world.driver.admin.ensureTopics(names.map((name) => ({ name, partitions: 1 })));
      const topics = names.map((name) => topic<number>(name));
      const counts = new Map<string, number>();
      const count = (group: string): void => void counts.set(group, (counts.get(group) ?? 0) + 1);
      const members = await Promise.all(
        Array.from({ length: 150 }, (_, index) => {
          const own = topics.slice(index, index + 2);
          const group = world.name('many');
          const routes = own.map((each) => on(each, () => count(group)));
          return world.streams.run({ group, mode: 'partitioned', delivery: 'at-least-once', routes });
        }),
      );
      for (const each of topics) await world.streams.publish(each, [1, 2]);
      await Promise.all(members.map((member) => member.caughtUp()));
      expect([...counts.values()].toSorted()).toEqual([2, ...Array(149).fill(4)]);
      await Promise.all(members.map((member) => member.stop()));
    });
  });
}
