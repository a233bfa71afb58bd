import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { makeRecord, makeRecords, stored, storedTexts, textOf } from '../support/records.ts';
import { openWorld } from '../support/world.ts';

const megabyte = 1024 * 1024;

export function describeAppending(harness: Harness): void {
  describe('appending', () => {
    test.each<readonly [what: string, key: Uint8Array | string | null, value: Uint8Array | string]>([
      ['a missing key', null, 'value'],
      ['an empty key', '', 'value'],
      ['an empty value', 'key', ''],
      ['any text', 'ключ\u0000\n"', 'a\r\nb\u0000 ☃ 🌊'],
      ['any bytes', everyByte(), everyByte()],
      ['a megabyte', 'large', new Uint8Array(megabyte).fill(7)],
    ])('keeps %s as it is', async (_, key, value) => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      await world.driver.append([makeRecord(name, 0, value, { key })], { acks: 'all' });
      const [record] = await stored(world.driver, name);
      expect(hexOf(record?.value ?? null)).toBe(hexOf(value));
      expect(hexOf(record?.key ?? null)).toBe(hexOf(key));
    });

    test('keeps headers of any name and text', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const headers = { key: 'k', value: 'v', 'h:id': 'x', constructor: 'c', Ünï: '☃ \n', empty: '' };
      await world.driver.append([makeRecord(name, 0, 'value', { headers })], { acks: 'all' });
      const [record] = await stored(world.driver, name);
      expect({ ...record?.headers }).toEqual(headers);
      expect(record?.key).toBeNull();
    });

    test('keeps the time of each record', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const before = Date.now();
      await world.driver.append(makeRecords(name, 0, 3), { acks: 'all' });
      const times = (await stored(world.driver, name)).map(({ timestamp }) => timestamp);
      expect(times.toSorted((a, b) => a - b)).toEqual(times);
      expect(Math.min(...times)).toBeGreaterThanOrEqual(before - 1_000);
      expect(Math.max(...times)).toBeLessThanOrEqual(Date.now() + 1_000);
    });

    test('returns positions in the order of the records, over partitions and topics', async () => {
      await using world = await openWorld(harness);
      const [one, two] = [await world.topic(3), await world.topic(1)];
      const records = [
        ...makeRecords(one.name, 2, 2, 'a'),
        ...makeRecords(two.name, 0, 1, 'b'),
        ...makeRecords(one.name, 0, 2, 'c'),
        ...makeRecords(one.name, 2, 1, 'd'),
      ];
      const positions = await world.driver.append(records, { acks: 'leader' });
      expect(positions.map(({ topic, partition }) => [topic, partition])).toEqual(
        records.map(({ topic, partition }) => [topic, partition]),
      );
      const last = (await stored(world.driver, one.name, 2)).map((record) => [record.offset, textOf(record)]);
      expect(last).toEqual([
        [positions[0]?.offset, 'a0'],
        [positions[1]?.offset, 'a1'],
        [positions[5]?.offset, 'd0'],
      ]);
    });

    test('gives records of one millisecond positions of their own, in order', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const timestamp = Date.now();
      const records = Array.from({ length: 100 }, (_, index) =>
        makeRecord(name, 0, String(index), { timestamp }),
      );
      const positions = await world.driver.append(records, { acks: 'leader' });
      expect(new Set(positions.map(({ offset }) => offset)).size).toBe(100);
      expect(await storedTexts(world.driver, name)).toEqual(records.map(({ value }) => value));
    });

    test('stores thousands of records of one call in order', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      await world.driver.append(makeRecords(name, 0, 12_000), { acks: 'leader' });
      expect(await storedTexts(world.driver, name)).toEqual(
        makeRecords(name, 0, 12_000).map(({ value }) => value),
      );
    });

    test('stores calls that were not awaited in the order they were made', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const calls = makeRecords(name, 0, 200).map((record) =>
        world.driver.append([record], { acks: 'leader' }),
      );
      await Promise.all(calls);
      expect(await storedTexts(world.driver, name)).toEqual(
        makeRecords(name, 0, 200).map(({ value }) => value),
      );
    });

    test('keeps all of concurrent publishers, each in its order', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const publishers = ['a', 'b', 'c', 'd'];
      await Promise.all(
        publishers.map(async (publisher) => {
          const driver = await world.open();
          for (const record of makeRecords(name, 0, 100, publisher))
            await driver.append([record], { acks: 'leader' });
        }),
      );
      const texts = await storedTexts(world.driver, name);
      expect(texts).toHaveLength(400);
      for (const publisher of publishers)
        expect(texts.filter((value) => value.startsWith(publisher))).toEqual(
          makeRecords(name, 0, 100, publisher).map(({ value }) => value),
        );
    });

    test('stores nothing of an append that was aborted before it began', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const append = world.driver.append(makeRecords(name, 0, 3), {
        acks: 'all',
        signal: AbortSignal.abort(),
      });
      await expect(append).rejects.toMatchObject({ code: 'ABORTED' });
      expect(await stored(world.driver, name)).toEqual([]);
    });

    test('refuses a record that is larger than it can hold, and stores what is as large', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const most = harness.capabilities.maxRecordBytes;
      const tooLarge = world.driver.append([makeRecord(name, 0, new Uint8Array(most + 1))], {
        acks: 'leader',
      });
      await expect(tooLarge).rejects.toMatchObject({ code: 'TOO_LARGE' });
      expect(await stored(world.driver, name)).toEqual([]);
      const large = new Uint8Array(most - 1024);
      await world.driver.append([makeRecord(name, 0, large)], { acks: 'leader' });
      const [record] = await stored(world.driver, name);
      expect(record?.value?.length).toBe(large.length);
    });

    test('refuses a topic that does not exist', async () => {
      await using world = await openWorld(harness);
      const unknown = world.name('unknown');
      const append = world.driver.append(makeRecords(unknown, 0, 1), { acks: 'leader' });
      await expect(append).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
      await expect(world.driver.partitions(unknown)).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
    });
  });
}

function everyByte(): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, index) => index);
}

function hexOf(value: Uint8Array | string | null): string | null {
  if (value === null) return null;
  return Buffer.from(typeof value === 'string' ? new TextEncoder().encode(value) : value).toString('hex');
}
