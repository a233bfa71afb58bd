import { type Acks, bytes, createStreams, outgoing, partitionOf, text, topic } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { messagesOf, valuesOf } from '../support/collect.ts';
import { expectExactlyOnce, makeItems } from '../support/items.ts';
import { waitFor } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

export function describePublishing(harness: Harness): void {
  describe('publishing', () => {
    test('keeps the order of each key', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(4);
      const published = makeItems(400, 13);
      for (let from = 0; from < published.length; from += 25)
        await world.streams.publish(items, published.slice(from, from + 25));
      expectExactlyOnce(await valuesOf(world.streams, items), published);
    });

    test('returns the position of each value, in the order of the values', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(3);
      const published = makeItems(30, 7);
      const positions = await world.streams.publish(items, published);
      const messages = await messagesOf(world.streams, items);
      const idAt = new Map(
        messages.map((message) => [`${message.partition}:${message.offset}`, message.value.id]),
      );
      expect(positions.map(({ partition, offset }) => idAt.get(`${partition}:${offset}`))).toEqual(
        published.map(({ id }) => id),
      );
    });

    test.each(['murmur3', 'murmur2'] as const)('places keys as %s says', async (partitioner) => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(5);
      const keyed = topic<string>(name, { key: (value) => value, codec: text, partitioner });
      const keys = [
        '21',
        'foobar',
        'a-little-bit-long-string',
        '',
        'ключ',
        '🌊',
        ...makeItems(50, 50).map(({ key }) => key),
      ];
      const positions = await world.streams.publish(keyed, keys);
      expect(positions.map(({ partition }) => partition)).toEqual(
        keys.map((key) => partitionOf(key, 5, partitioner)),
      );
    });

    test('spreads values without a key evenly', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(3);
      const positions = await world.streams.publish(
        topic<number>(name),
        Array.from({ length: 30 }, (_, index) => index),
      );
      const perPartition = [0, 1, 2].map(
        (partition) => positions.filter((position) => position.partition === partition).length,
      );
      expect(perPartition).toEqual([10, 10, 10]);
    });

    test('stores the id and the headers of topic and call', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const headed = topic<{ id: string }>(name, { id: ({ id }) => id, headers: () => ({ source: 'shop' }) });
      await world.streams.publish(headed, [{ id: 'e-1' }], { headers: { trace: 'abc' } });
      const [message] = await messagesOf(world.streams, headed);
      expect(message?.headers).toMatchObject({ id: 'e-1', source: 'shop', trace: 'abc' });
    });

    test('keeps bytes as they are, keys included', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(2);
      const every = Uint8Array.from({ length: 256 }, (_, index) => index);
      const raw = topic<Uint8Array>(name, { key: (value) => value, codec: bytes });
      await world.streams.publish(raw, [every]);
      const [message] = await messagesOf(world.streams, raw);
      expect([...(message?.value ?? [])]).toEqual([...every]);
      expect([...(message?.record.key ?? [])]).toEqual([...every]);
    });

    test.each<Acks>(['leader', 'all'])('has stored what acks %s acknowledged', async (acks) => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      expect(await world.streams.publish(items, makeItems(10, 3), { acks })).toHaveLength(10);
      const other = await world.connect();
      expectExactlyOnce(await valuesOf(other, items), makeItems(10, 3));
    });

    test('returns no positions with acks none and stores the values all the same', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      expect(await world.streams.publish(items, makeItems(10, 3), { acks: 'none' })).toEqual([]);
      const values = await waitFor('all are stored', async () => {
        const now = await valuesOf(world.streams, items);
        return now.length === 10 && now;
      });
      expectExactlyOnce(values, makeItems(10, 3));
    });

    test('refuses a topic that was never created', async () => {
      await using world = await openWorld(harness);
      await expect(world.streams.publish(topic(world.name('unknown')), [1])).rejects.toMatchObject({
        code: 'UNKNOWN_TOPIC',
      });
    });

    test('stores nothing once its signal has aborted', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const publish = world.streams.publish(items, makeItems(3, 1), { signal: AbortSignal.abort() });
      await expect(publish).rejects.toMatchObject({ code: 'ABORTED' });
      expect(await valuesOf(world.streams, items)).toEqual([]);
    });

    test('stores values of several topics together, in the order given', async () => {
      await using world = await openWorld(harness);
      const [one, two] = [await world.topic(3), await world.topic(2)];
      const [first, second] = [makeItems(12, 4), makeItems(6, 3)];
      const positions = await world.streams.publishTogether([outgoing(one, first), outgoing(two, second)]);
      expect(positions.map((position) => position.topic)).toEqual([
        ...first.map(() => one.name),
        ...second.map(() => two.name),
      ]);
      expectExactlyOnce(await valuesOf(world.streams, one), first);
      expectExactlyOnce(await valuesOf(world.streams, two), second);
      expect(await world.streams.publishTogether([outgoing(one, [])])).toEqual([]);
    });

    if (!harness.capabilities.atomicAppend) {
      test('refuses to store several topics all or nothing, and says why', async () => {
        await using world = await openWorld(harness);
        const items = await world.topic(1);
        const publish = world.streams.publishTogether([outgoing(items, makeItems(3, 1))], { atomic: true });
        await expect(publish).rejects.toMatchObject({ code: 'UNSUPPORTED' });
        await expect(publish).rejects.toThrow(harness.capabilities.lacks.atomicAppend ?? 'a reason');
        expect(await valuesOf(world.streams, items)).toEqual([]);
      });
    }

    test('closes twice and refuses to publish afterwards', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const streams = createStreams(await harness.open());
      await streams[Symbol.asyncDispose]();
      await streams[Symbol.asyncDispose]();
      await expect(streams.publish(items, makeItems(1, 1))).rejects.toMatchObject({ code: 'CLOSED' });
    });
  });
}
