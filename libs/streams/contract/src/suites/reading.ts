import { type Message, topic } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import type { Item } from '../member/items.ts';
import { all, messagesOf, take, valuesOf } from '../support/collect.ts';
import { expectExactlyOnce, makeItems } from '../support/items.ts';
import { makeRecords, textsOf } from '../support/records.ts';
import { clockTick } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

export function describeReading(harness: Harness): void {
  describe('reading', () => {
    test('begins at the first record and ends at what is stored now', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(3);
      await world.streams.publish(items, makeItems(30, 5));
      expectExactlyOnce(
        await valuesOf(world.streams, items, { from: 'earliest', to: 'now' }),
        makeItems(30, 5),
      );
    });

    test('of an empty topic ends at once', async () => {
      await using world = await openWorld(harness);
      expect(await messagesOf(world.streams, await world.topic(2))).toEqual([]);
    });

    test('gives the same at each replay', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      await world.streams.publish(items, makeItems(20, 2));
      expect(await messagesOf(world.streams, items)).toEqual(await messagesOf(world.streams, items));
    });

    test('gives everything to every reader', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      await world.streams.publish(items, makeItems(3, 3));
      const readers = await Promise.all([1, 2, 3].map(async () => valuesOf(await world.connect(), items)));
      expect(readers.flat()).toHaveLength(9);
      for (const values of readers) expectExactlyOnce(values, makeItems(3, 3));
    });

    test('begins at the first record stored at or after a time, and ends before one', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      await world.streams.publish(items, makeItems(6, 6, 'old'));
      const from = await clockTick();
      await world.streams.publish(items, makeItems(6, 6, 'mid'));
      const to = await clockTick();
      await world.streams.publish(items, makeItems(6, 6, 'new'));
      expectExactlyOnce(
        await valuesOf(world.streams, items, { from: { at: from }, to: { at: to } }),
        makeItems(6, 6, 'mid'),
      );
      expectExactlyOnce(await valuesOf(world.streams, items, { from: { at: to } }), makeItems(6, 6, 'new'));
      expect(await valuesOf(world.streams, items, { from: { at: await clockTick() } })).toEqual([]);
    });

    test('goes on after a position and through one', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const positions = await world.streams.publish(items, makeItems(10, 1));
      const [after, through] = [positions[2], positions[6]];
      if (!after || !through) throw new Error('ten positions were expected');
      const values = await valuesOf(world.streams, items, { from: { after }, to: { through } });
      expect(values.map(({ sequence }) => sequence)).toEqual([3, 4, 5, 6]);
    });

    test('pages through a topic by limit and position', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      await world.streams.publish(items, makeItems(25, 1));
      const pages: Message<Item>[][] = [];
      for (let after: Message<Item> | undefined; ; after = pages.at(-1)?.at(-1)) {
        const page = await messagesOf(world.streams, items, { limit: 10, ...(after && { from: { after } }) });
        if (page.length === 0) break;
        pages.push(page);
      }
      expect(pages.map(({ length }) => length)).toEqual([10, 10, 5]);
      expectExactlyOnce(
        pages.flat().map(({ value }) => value),
        makeItems(25, 1),
      );
    });

    test('pages exactly between records of one millisecond', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const timestamp = Date.now();
      const records = makeRecords(name, 0, 20).map((record) => ({ ...record, timestamp }));
      const positions = await world.driver.append(records, { acks: 'leader' });
      for (const [index, after] of positions.slice(0, -1).entries()) {
        const [next] = await take(world.driver.read(name, 0, { after }, { to: 'now', max: 1 }), 1);
        expect(next && textsOf([next])).toEqual([String(index + 1)]);
      }
    });

    test('keeps to the partitions asked for', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(4);
      await world.streams.publish(items, makeItems(60, 20));
      const messages = await messagesOf(world.streams, items, { partitions: [1, 3] });
      expect(new Set(messages.map(({ partition }) => partition))).toEqual(new Set([1, 3]));
      const rest = await messagesOf(world.streams, items, { partitions: [0, 2] });
      expectExactlyOnce(
        [...messages, ...rest].map(({ value }) => value),
        makeItems(60, 20),
      );
    });

    test('gives chunks no larger than asked for', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      await world.driver.append(makeRecords(name, 0, 50), { acks: 'leader' });
      const chunks = await all(world.driver.read(name, 0, 'earliest', { to: 'now', max: 7 }));
      expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(7);
      expect(textsOf(chunks.flat())).toEqual(makeRecords(name, 0, 50).map(({ value }) => value));
    });

    test('refuses a topic that does not exist', async () => {
      await using world = await openWorld(harness);
      const read = messagesOf(world.streams, topic(world.name('unknown')));
      await expect(read).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
    });

    test('throws at a record that is none of the topic', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      await world.driver.append(makeRecords(items.name, 0, 1, '{not json'), { acks: 'leader' });
      await expect(messagesOf(world.streams, items)).rejects.toMatchObject({ code: 'INVALID_RECORD' });
    });
  });
}
