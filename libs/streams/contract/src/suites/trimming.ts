import type { Notice } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { take } from '../support/collect.ts';
import { joinOptions } from '../support/join-options.ts';
import { fetchCount, joinRaw, settleCount } from '../support/raw-member.ts';
import { makeRecords, storedTexts, textsOf } from '../support/records.ts';
import { clockTick, waitFor } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

/** Forgetting records, and what groups make of it. */
export function describeTrimming(harness: Harness): void {
  describe('trimming', () => {
    test('forgets what is before a position, before a time, or older than the newest few', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const { admin } = world.driver;
      const positions = await world.driver.append(makeRecords(name, 0, 10), { acks: 'all' });
      const before = await clockTick();
      await world.driver.append(makeRecords(name, 0, 10, 'new-'), { acks: 'all' });
      const [, , third] = positions;
      if (!third) throw new Error('ten positions were expected');
      expect(await admin.trim(name, { before: third })).toBe(2);
      expect((await storedTexts(world.driver, name))[0]).toBe('2');
      expect(await admin.trim(name, { before })).toBe(8);
      expect((await storedTexts(world.driver, name))[0]).toBe('new-0');
      expect(await admin.trim(name, { keep: 3 })).toBe(7);
      expect(await storedTexts(world.driver, name)).toEqual(['new-7', 'new-8', 'new-9']);
      expect(await admin.trim(name, { keep: 3 })).toBe(0);
    });

    test('keeps offsets growing behind what was forgotten', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const [old] = await world.driver.append(makeRecords(name, 0, 1), { acks: 'all' });
      await world.driver.admin.trim(name, { keep: 0 });
      expect((await world.driver.admin.describe(name)).partitions[0]).toMatchObject({ records: 0 });
      const [young] = await world.driver.append(makeRecords(name, 0, 1, 'new-'), { acks: 'all' });
      expect(world.driver.compareOffsets(old?.offset ?? '', young?.offset ?? '')).toBeLessThan(0);
    });

    test('lets a reader that stood at a forgotten record go on at the first that is left', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const [after] = await world.driver.append(makeRecords(name, 0, 10), { acks: 'all' });
      await world.driver.admin.trim(name, { keep: 4 });
      if (!after) throw new Error('ten positions were expected');
      const records = await take(world.driver.read(name, 0, { after }, { to: 'now', max: 10 }), 4);
      expect(textsOf(records)).toEqual(['6', '7', '8', '9']);
    });

    test('spares what a group has not acknowledged, by default', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const group = world.name('g');
      await world.driver.append(makeRecords(name, 0, 10), { acks: 'all' });
      await using member = await joinRaw(world.driver, group, joinOptions(harness.capabilities, [name]));
      const lease = await member.lease(0);
      const deliveries = await fetchCount(lease, 10);
      await lease.commit({ acknowledged: deliveries.slice(0, 4), outputs: [], state: [], dedupeIds: [] });
      expect(await world.driver.admin.trim(name, { keep: 0 })).toBe(4);
      expect((await storedTexts(world.driver, name))[0]).toBe('4');
      expect(await world.driver.admin.trim(name, { keep: 0, evenIfUnacknowledged: true })).toBe(6);
    });

    test('of pending records is reported to their group, which goes on', async () => {
      await using world = await openWorld(harness);
      const { name: topic } = await world.topic(1);
      const group = world.name('g');
      await world.driver.append(makeRecords(topic, 0, 10), { acks: 'all' });
      const options = joinOptions(harness.capabilities, [topic]);
      const victim = world.start({
        program: 'holder',
        mode: 'partitioned',
        group,
        topic,
        leaseMs: 600,
        max: 6,
        to: topic,
        blockUntil: null,
      });
      await victim.until('fetched');
      await victim.kill();
      await world.driver.admin.trim(topic, { keep: 7, evenIfUnacknowledged: true });
      const driver = await world.open();
      const notices: Notice[] = [];
      driver.onNotice((notice) => notices.push(notice));
      await using successor = await joinRaw(driver, group, options);
      const lease = await successor.lease(0);
      const left = await settleCount(lease, 7);
      expect(textsOf(left)).toEqual(['3', '4', '5', '6', '7', '8', '9']);
      const lost = await waitFor('the loss is reported', () =>
        notices.find(({ kind }) => kind === 'records-lost'),
      );
      expect(JSON.stringify(lost)).toContain(topic);
      expect(await world.streams.admin.lag(group)).toBe(0);
    });

    test("by a topic's own retention keeps the newest and spares the unacknowledged", async () => {
      await using world = await openWorld(harness);
      const name = world.name('t');
      await world.driver.admin.ensureTopics([{ name, partitions: 1, retention: { maxRecords: 20 } }]);
      const group = world.name('g');
      {
        await using member = await joinRaw(
          await world.open(),
          group,
          joinOptions(harness.capabilities, [name]),
        );
        await world.driver.append(makeRecords(name, 0, 10), { acks: 'all' });
        await fetchCount(await member.lease(0), 1);
      }
      for (let part = 0; part < 20; part++)
        await world.driver.append(makeRecords(name, 0, 50, `${part}-`), { acks: 'leader' });
      expect((await storedTexts(world.driver, name)).slice(0, 10)).toEqual(
        makeRecords(name, 0, 10).map(({ value }) => value),
      );
    });
  });
}
