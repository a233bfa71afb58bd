import { type Context, on, Rejected } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import { type Harness, reasonFor } from '../harness.ts';
import type { Item } from '../member/items.ts';
import { all } from '../support/collect.ts';
import { record } from '../support/group.ts';
import { makeItems } from '../support/items.ts';
import { waitFor, within } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

const published = makeItems(60, 60);
const ids = published.map(({ id }) => id).toSorted();

/** Competing groups as the library runs them. */
export function describeCompetingGroups(harness: Harness): void {
  if (!harness.capabilities.competing) {
    test('competing groups are refused with the reason', async () => {
      await using world = await openWorld(harness);
      const run = record(world, world.name('g'), [await world.topic(1)], undefined, { mode: 'competing' });
      await expect(run).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    });
    return;
  }
  describe('competing groups', () => {
    test('give each message to one member, and all members take part', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const group = world.name('g');
      const started = new Set<number>();
      const everybody = world.gate();
      const members = await Promise.all(
        [0, 1, 2].map((index) =>
          record(
            world,
            group,
            [items],
            async () => {
              started.add(index);
              if (started.size === 3) everybody.open();
              await everybody.opened;
            },
            { mode: 'competing', batch: 1 },
          ),
        ),
      );
      await world.streams.publish(items, published);
      await Promise.all(members.map(({ running }) => running.caughtUp()));
      expect(members.flatMap((member) => member.items().map(({ id }) => id)).toSorted()).toEqual(ids);
      expect(started.size).toBe(3);
      expect(members.map(({ running }) => running.leases())).toEqual([[], [], []]);
    });

    test('handle as many messages at a time as their concurrency, whatever their key', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const gate = world.gate();
      let inFlight = 0;
      await world.streams.publish(items, makeItems(12, 1));
      const recorder = await record(
        world,
        world.name('g'),
        [items],
        async () => {
          inFlight += 1;
          await gate.opened;
        },
        { mode: 'competing', concurrency: 5 },
      );
      await waitFor('five messages are in flight', () => inFlight === 5);
      gate.open();
      await recorder.running.caughtUp();
      expect(recorder.items()).toHaveLength(12);
    });

    test('retry, count attempts and set poison aside, and the rest goes on', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      const group = world.name('g');
      const attempts: number[] = [];
      await world.streams.publish(items, published);
      const recorder = await record(
        world,
        group,
        [items],
        ({ value: { id }, attempt }) => {
          if (id === 'k7-0') throw new Rejected('never');
          if (id === 'k9-0') attempts.push(attempt);
          if (id === 'k9-0' || (id === 'k11-0' && attempt === 1)) throw new Error('not now');
        },
        { mode: 'competing', retry: { attempts: 3, delay: () => 1 } },
      );
      await recorder.running.caughtUp();
      expect(attempts).toEqual([1, 2, 3]);
      const letters = await all(world.streams.admin.deadLetters(group));
      expect(letters.map(({ code, attempts: attempted }) => `${code} ${attempted}`).toSorted()).toEqual([
        'HANDLER_FAILED 3',
        'REJECTED 1',
      ]);
      expect(
        recorder
          .items()
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(ids.filter((id) => id !== 'k7-0' && id !== 'k9-0'));
    });

    test('handle no message twice at-most-once, and stop with everything begun', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      const group = world.name('g');
      const attempted: string[] = [];
      const handle: Parameters<typeof record>[3] = ({ value: { id } }) => {
        attempted.push(id);
        if (id === 'k7-0') throw new Error('once is enough');
      };
      const options = { mode: 'competing', delivery: 'at-most-once' } as const;
      await world.streams.publish(items, published);
      const members = await Promise.all([1, 2].map(() => record(world, group, [items], handle, options)));
      await Promise.all(members.map(({ running }) => running.caughtUp()));
      await Promise.all(members.map(({ running }) => running.stop()));
      expect(attempted.toSorted()).toEqual(ids);
    });

    if (!harness.capabilities.competingExactlyOnce)
      test('are refused with the reason when they are to be exactly-once', async () => {
        await using world = await openWorld(harness);
        const options = { mode: 'competing', delivery: 'exactly-once' } as const;
        const run = record(world, world.name('g'), [await world.topic(1)], undefined, options);
        await expect(run).rejects.toMatchObject({ code: 'UNSUPPORTED' });
        await expect(run).rejects.toThrow(reasonFor(harness, 'competingExactlyOnce'));
      });

    test('begin where they are told, and what is stored later is not missed', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      const [before, after] = [makeItems(20, 20), makeItems(40, 20).slice(20)];
      await world.streams.publish(items, before);
      const options = { mode: 'competing', start: 'latest' } as const;
      const group = world.name('g');
      const members = await Promise.all([1, 2].map(() => record(world, group, [items], undefined, options)));
      await world.streams.publish(items, after);
      await Promise.all(members.map(({ running }) => running.caughtUp()));
      const seen = members.flatMap((member) => member.items().map(({ id }) => id));
      expect(seen.toSorted()).toEqual(after.map(({ id }) => id).toSorted());
    });

    test('see only what is committed of the outputs of other groups', async () => {
      await using world = await openWorld(harness);
      const [items, copies] = [await world.topic(1), await world.topic(1)];
      await world.streams.publish(items, published);
      const attempted = new Set<string>();
      const copying = await world.run({
        group: world.name('copying'),
        mode: 'partitioned',
        delivery: harness.capabilities.atomicCommit ? 'exactly-once' : 'at-least-once',
        retry: { attempts: 3, delay: () => 1 },
        routes: [
          on<Item, Context>(items, ({ value }, context) => {
            context.send(copies, value);
            if (attempted.has(value.id) || value.sequence % 2 === 0) return;
            attempted.add(value.id);
            throw new Error('the first time');
          }),
        ],
      });
      await copying.caughtUp();
      const recorder = await record(world, world.name('g'), [copies], undefined, { mode: 'competing' });
      await recorder.running.caughtUp();
      const seen = recorder.items().map(({ id }) => id);
      expect(seen.toSorted()).toEqual(ids);
      expect(await world.streams.admin.lag(recorder.running.group)).toBe(0);
    });

    test('are moved and deleted once they have no members, and are neither before', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      const group = world.name('g');
      await world.streams.publish(items, published);
      const first = await record(world, group, [items], undefined, { mode: 'competing' });
      await first.running.caughtUp();
      const { admin } = world.driver;
      expect(await admin.groups()).toContain(group);
      expect(await admin.describeGroup(group)).toMatchObject({ group, mode: 'competing' });
      await expect(admin.seek(group, 'earliest', {})).rejects.toMatchObject({ code: 'GROUP_ACTIVE' });
      await expect(admin.deleteGroup(group)).rejects.toMatchObject({ code: 'GROUP_ACTIVE' });
      await first.running.stop();
      await admin.seek(group, 'earliest', {});
      expect(await world.streams.admin.lag(group)).toBe(published.length);
      const second = await record(world, group, [items], undefined, { mode: 'competing' });
      await second.running.caughtUp();
      await second.running.stop();
      expect(second.seen.map(({ attempt }) => attempt)).toEqual(published.map(() => 1));
      await admin.deleteGroup(group);
      expect(await admin.groups()).not.toContain(group);
    });

    test('hand over at once when a member stops', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const [group, gate] = [world.name('g'), world.gate()];
      let inHand = 0;
      const options = { mode: 'competing', leaseMs: 600_000 } as const;
      await world.streams.publish(items, published);
      const first = await record(
        world,
        group,
        [items],
        async () => {
          inHand += 1;
          await gate.opened;
        },
        options,
      );
      await waitFor('a message is in flight', () => inHand > 0);
      const second = await record(world, group, [items], undefined, options);
      const stopping = first.running.stop();
      gate.open();
      await within('the member stops', stopping);
      await second.running.caughtUp();
      expect([...first.items(), ...second.items()].map(({ id }) => id).toSorted()).toEqual(ids);
    });
  });
}
