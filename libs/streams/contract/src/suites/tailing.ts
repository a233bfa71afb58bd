import type { Message } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import type { Item } from '../member/items.ts';
import { all } from '../support/collect.ts';
import { expectExactlyOnce, makeItems } from '../support/items.ts';
import { makeRecords } from '../support/records.ts';
import { waitFor, within } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

const payload = 128 * 1024;
const records = 800;
const affordable = 40 * 1024 * 1024;

export function describeTailing(harness: Harness): void {
  describe('tailing', () => {
    test('follows what other clients publish until the limit is reached', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      await world.streams.publish(items, makeItems(10, 4).slice(0, 4));
      const tail = all(world.streams.read(items, { limit: 10 }));
      const other = await world.connect();
      for (const item of makeItems(10, 4).slice(4)) await other.publish(items, [item]);
      const messages = await within('ten messages are read', tail);
      expectExactlyOnce(
        messages.map(({ value }) => value),
        makeItems(10, 4),
      );
    });

    test('from latest sees what comes and nothing that was there', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      await world.streams.publish(items, makeItems(5, 1, 'old'));
      const stop = new AbortController();
      const seen: Message<Item>[] = [];
      const tail = (async () => {
        for await (const message of world.streams.read(items, { from: 'latest', signal: stop.signal }))
          seen.push(message);
      })();
      let sequence = 0;
      await waitFor('something new is seen', async () => {
        await world.streams.publish(items, [{ id: `new-${sequence}`, key: 'new', sequence: sequence++ }]);
        return seen.length > 2;
      });
      stop.abort();
      await within('the read ends', tail);
      expect(seen.map(({ value }) => value.key)).not.toContain('old0');
      const sequences = seen.map(({ value }) => value.sequence);
      expect(sequences).toEqual(sequences.map((_, index) => (sequences[0] ?? 0) + index));
    });

    test('ends quietly when its signal aborts', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      await world.streams.publish(items, makeItems(2, 2));
      const stop = new AbortController();
      const read: Item[] = [];
      for await (const { value } of world.streams.read(items, { signal: stop.signal })) {
        read.push(value);
        if (read.length === 2) stop.abort();
      }
      expectExactlyOnce(read, makeItems(2, 2));
      expect(await all(world.streams.read(items, { signal: AbortSignal.abort() }))).toEqual([]);
    });

    test('stops behind a loop that was left', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(3);
      await world.streams.publish(items, makeItems(9, 9));
      const streams = await world.connect();
      for await (const _ of streams.read(items)) break;
      await within('the client closes', streams[Symbol.asyncDispose]());
    });

    test('keeps memory flat when the reader is far slower than the writer', async () => {
      await using world = await openWorld(harness);
      const { name: topic } = await world.topic(1);
      const chunk = makeRecords(topic, 0, 8).map((record) => ({ ...record, value: new Uint8Array(payload) }));
      await world.driver.append(chunk, { acks: 'leader' });
      const reader = world.start({ program: 'reader', topic, records });
      await reader.until('reading');
      for (let written = chunk.length; written < records; written += chunk.length)
        await world.driver.append(chunk, { acks: 'leader' });
      reader.tell('proceed');
      const read = await reader.until('read');
      expect(read.bytes).toBe(read.records * payload);
      expect(read.records).toBeGreaterThanOrEqual(records);
      expect(read.peak).toBeLessThan(affordable);
    });
  });
}
