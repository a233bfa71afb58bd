import {
  type Message,
  on,
  type Running,
  type StatefulContext,
  type Store,
  store,
  type Topic,
} from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import type { Item } from '../member/items.ts';
import { makeItems } from '../support/items.ts';
import { makeRecord } from '../support/records.ts';
import { openWorld, type World } from '../support/world.ts';

const counts: Store<number> = store('counts');
const texts: Store<string> = store('texts');
const megabyte = 1024 * 1024;
const anyText = [
  '',
  ' ',
  'a:b',
  '{braces}',
  '__proto__',
  'constructor',
  'line\nbreak',
  'nul\u0000',
  '☃',
  '🌊',
  'x'.repeat(1_000),
];

/** Keyed state of exactly-once groups. */
export function describeState(harness: Harness): void {
  if (!harness.capabilities.atomicCommit) return;
  describe('keyed state', () => {
    test('is read back as it was written, within a message, a batch and later', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const read: (number | undefined)[] = [];
      const running = await runStateful(world, world.name('g'), items, async (message, context) => {
        const state = context.state(counts);
        read.push(await state.get('sum'));
        state.set('sum', message.value.sequence);
        read.push(await state.get('sum'));
      });
      await world.streams.publish(items, makeItems(2, 1));
      await running.caughtUp();
      await world.streams.publish(items, makeItems(1, 1));
      await running.caughtUp();
      expect(read).toEqual([undefined, 0, 0, 1, 1, 0]);
    });

    test('forgets what was deleted', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const read: (number | undefined)[] = [];
      const running = await runStateful(
        world,
        world.name('g'),
        items,
        async ({ value: { sequence } }, context) => {
          const state = context.state(counts);
          read.push(await state.get('k'));
          if (sequence % 2 === 0) state.set('k', sequence);
          else state.delete('k');
          read.push(await state.get('k'));
        },
      );
      for (const item of makeItems(3, 1)) {
        await world.streams.publish(items, [item]);
        await running.caughtUp();
      }
      expect(read).toEqual([undefined, 0, 0, undefined, undefined, 2]);
    });

    test('survives restarts and rebalances, each partition with its own', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(3);
      const group = world.name('g');
      const wrong: string[] = [];
      const count = async (
        { value: { key, sequence, id } }: Message<Item>,
        context: StatefulContext,
      ): Promise<void> => {
        const state = context.state(counts);
        const before = (await state.get(key)) ?? 0;
        if (before !== sequence) wrong.push(`${id} found ${before}`);
        state.set(key, before + 1);
      };
      const published = makeItems(90, 9);
      const first = await runStateful(world, group, items, count);
      await world.streams.publish(items, published.slice(0, 27));
      await first.caughtUp();
      const second = await runStateful(world, group, items, count);
      await world.streams.publish(items, published.slice(27, 54));
      await second.caughtUp();
      await first.stop();
      await world.streams.publish(items, published.slice(54, 72));
      await second.caughtUp();
      await second.stop();
      const third = await runStateful(world, group, items, count);
      await world.streams.publish(items, published.slice(72));
      await third.caughtUp();
      expect(wrong).toEqual([]);
    });

    test('is kept where it lies when topics have more partitions at the next start, and all of them are read', async () => {
      await using world = await openWorld(harness);
      const [grown, added] = [await world.topic(1), await world.topic(4)];
      const group = world.name('g');
      const seen: string[] = [];
      const count = async ({ value }: Message<Item>, context: StatefulContext): Promise<void> => {
        if (value.id === 'poison') throw new Error('each time');
        const sum = ((await context.state(counts).get(value.key)) ?? 0) + 1;
        context.state(counts).set(value.key, sum);
        seen.push(`${value.id} ${sum}`);
      };
      /** One message in each partition, handled by a member that then stops. */
      const handled = async (topics: readonly Topic<Item>[], ids: readonly string[]): Promise<string[]> => {
        const { name } = topics.at(-1) ?? grown;
        const values = ids.map((id): Item => ({ id, key: 'k', sequence: 0 }));
        await world.driver.append(
          values.map((value, partition) => makeRecord(name, partition, JSON.stringify(value))),
          { acks: 'leader' },
        );
        const member = await runStateful(world, group, topics, count);
        await member.caughtUp();
        await member.stop();
        return seen.splice(0).toSorted();
      };
      expect(await handled([grown], ['a'])).toEqual(['a 1']);
      expect(await handled([grown, added], ['b', 'c', 'd', 'e'])).toEqual(['b 2', 'c 1', 'd 1', 'e 1']);
      expect(await handled([grown, added], Array(4).fill('poison'))).toEqual([]);
      const letters: number[] = [];
      for await (const { origin } of world.streams.admin.deadLetters(group)) letters.push(origin.partition);
      expect(letters.toSorted()).toEqual([0, 1, 2, 3]);

      await world.driver.admin.deleteTopic(grown.name);
      await world.driver.admin.ensureTopics([{ name: grown.name, partitions: 6 }]);
      expect(await handled([added, grown], ['f', 'g', 'h', 'i', 'j', 'k'])).toEqual([
        'f 3',
        'g 2',
        'h 2',
        'i 2',
        'j 1',
        'k 1',
      ]);
      expect(await world.streams.admin.lag(group)).toBe(0);
    });

    test('is dropped when the handler throws', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const read: (number | undefined)[] = [];
      const running = await runStateful(
        world,
        world.name('g'),
        items,
        async ({ value: { sequence }, attempt }, context) => {
          const state = context.state(counts);
          read.push(await state.get('k'));
          state.set('k', sequence * 10 + attempt);
          if (sequence === 1) throw new Error('each time');
        },
      );
      await world.streams.publish(items, makeItems(3, 1));
      await running.caughtUp();
      expect(read).toEqual([undefined, 1, 1, 1]);
    });

    test('takes keys of any text and values of a megabyte', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const group = world.name('g');
      const large = 'ü'.repeat(megabyte / 2);
      const writer = await runStateful(world, group, items, (_, context) => {
        for (const [index, key] of anyText.entries()) context.state(texts).set(key, `value ${index}`);
        context.state(texts).set('large', large);
      });
      await world.streams.publish(items, makeItems(1, 1));
      await writer.caughtUp();
      await writer.stop();
      const read: (string | undefined)[] = [];
      const reader = await runStateful(world, group, items, async (_, context) => {
        for (const key of [...anyText, 'large', 'absent']) read.push(await context.state(texts).get(key));
      });
      await world.streams.publish(items, makeItems(1, 1));
      await reader.caughtUp();
      expect(read).toEqual([...anyText.map((_, index) => `value ${index}`), large, undefined]);
    });

    test('of one name belongs to one group', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      await world.streams.publish(items, makeItems(3, 1));
      for (let group = 0; group < 2; group++) {
        const read: (number | undefined)[] = [];
        const running = await runStateful(
          world,
          world.name('g'),
          items,
          async ({ value: { sequence } }, context) => {
            read.push(await context.state(counts).get('k'));
            context.state(counts).set('k', sequence);
          },
        );
        await running.caughtUp();
        expect(read).toEqual([undefined, 0, 1]);
      }
    });
  });
}

async function runStateful(
  world: World,
  group: string,
  items: Topic<Item> | readonly Topic<Item>[],
  handle: (message: Message<Item>, context: StatefulContext) => void | Promise<void>,
): Promise<Running> {
  return await world.run({
    group,
    mode: 'partitioned',
    delivery: 'exactly-once',
    routes: [items].flat().map((topic) => on<Item, StatefulContext>(topic, handle)),
    stores: [counts, texts],
    retry: { attempts: 2, delay: () => 1 },
    leaseMs: 10_000,
  });
}
