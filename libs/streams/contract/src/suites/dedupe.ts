import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { type Item, outputTopic } from '../member/items.ts';
import { valuesOf } from '../support/collect.ts';
import { record } from '../support/group.ts';
import { expectExactlyOnce, makeItems } from '../support/items.ts';
import { finish, groupScript } from '../support/scripts.ts';
import { within } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

/** The same business event published twice has one effect, as long as its id is remembered. */
export function describeDedupe(harness: Harness): void {
  if (!harness.capabilities.atomicCommit) return;
  describe('deduplication', () => {
    test('gives an event that is published twice one effect', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(3);
      const recorder = await record(world, world.name('g'), [items], undefined, exactlyOnce(1_000));
      const clients = await Promise.all([1, 2, 3].map(() => world.connect()));
      await Promise.all(clients.map((client) => client.publish(items, makeItems(60, 12))));
      await recorder.running.caughtUp();
      expect(
        recorder
          .items()
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(
        makeItems(60, 12)
          .map(({ id }) => id)
          .toSorted(),
      );
    });

    test('holds within a batch, over restarts and over rebalances', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      const group = world.name('g');
      await world.streams.publish(items, [...makeItems(20, 4), ...makeItems(20, 4)]);
      const first = await record(world, group, [items], undefined, exactlyOnce(1_000));
      await first.running.caughtUp();
      await first.running.stop();
      await world.streams.publish(items, makeItems(20, 4));
      const members = await Promise.all(
        [1, 2].map(() => record(world, group, [items], undefined, exactlyOnce(1_000))),
      );
      await world.streams.publish(items, makeItems(24, 4));
      await Promise.all(members.map(({ running }) => running.caughtUp()));
      expectExactlyOnce([...first.items(), ...members.flatMap((member) => member.items())], makeItems(24, 4));
    });

    test.each(['after-handling', 'before-commit', 'after-commit'] as const)(
      'holds through a crash %s',
      async (point) => {
        await using world = await openWorld(harness);
        const [items, copies] = [await world.topic(1), outputTopic((await world.topic(1)).name)];
        const given = {
          group: world.name('g'),
          topics: [items.name],
          delivery: 'exactly-once',
          batch: 7,
          dedupe: 1_000,
          effect: { kind: 'copy', to: copies.name },
        } as const;
        await world.streams.publish(items, makeItems(20, 4));
        const victim = world.start(
          groupScript({ ...given, mishaps: [{ kind: 'crash', point, id: 'k2-3' }] }),
        );
        expect(await within('the member dies', victim.gone)).toMatchObject({ signal: 'SIGKILL' });
        await world.streams.publish(items, makeItems(20, 4));
        await finish(world.start(groupScript(given)));
        expectExactlyOnce(await valuesOf(world.streams, copies), makeItems(20, 4));
      },
    );

    test('does not remember a message whose handler threw', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      await world.streams.publish(items, makeItems(5, 1));
      const recorder = await record(
        world,
        world.name('g'),
        [items],
        ({ attempt }) => {
          if (attempt === 1) throw new Error('the first time');
        },
        { ...exactlyOnce(100), retry: { attempts: 3, delay: () => 1 } },
      );
      await recorder.running.caughtUp();
      expectExactlyOnce(recorder.items(), makeItems(5, 1));
    });

    test('goes by the id the group names, and leaves alone what has none', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const recorder = await record(world, world.name('g'), [items], undefined, {
        delivery: 'exactly-once',
        dedupe: { window: { count: 100 }, by: ({ headers }) => headers.request },
      });
      const [item = neverItem()] = makeItems(1, 1);
      for (const request of ['a', 'a', 'b', 'a'])
        await world.streams.publish(items, [item], { headers: { request } });
      await world.streams.publish(items, [item, item]);
      await recorder.running.caughtUp();
      expect(recorder.seen).toHaveLength(4);
    });

    test('remembers as many ids as its window, and not without bounds', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const count = 50;
      const recorder = await record(world, world.name('g'), [items], undefined, exactlyOnce(count));
      const marked = makeItems(1, 1, 'marked');
      await world.streams.publish(items, marked);
      await world.streams.publish(items, makeItems(count - 1, 1, 'few'));
      await world.streams.publish(items, marked);
      await recorder.running.caughtUp();
      expect(markedSeen(recorder.items())).toBe(1);
      await world.streams.publish(items, makeItems(count * 10, 1, 'many'));
      await recorder.running.caughtUp();
      await world.streams.publish(items, marked);
      await recorder.running.caughtUp();
      expect(markedSeen(recorder.items())).toBe(2);
    });
  });
}

function exactlyOnce(count: number): {
  readonly delivery: 'exactly-once';
  readonly dedupe: { readonly window: { readonly count: number } };
} {
  return { delivery: 'exactly-once', dedupe: { window: { count } } };
}

function markedSeen(items: readonly Item[]): number {
  return items.filter(({ key }) => key.startsWith('marked')).length;
}

function neverItem(): never {
  throw new Error('an item was expected');
}
