import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { joinOptions } from '../support/join-options.ts';
import { joinRaw } from '../support/raw-member.ts';
import { makeRecords, stored } from '../support/records.ts';
import { openWorld } from '../support/world.ts';

/** What the admin says of topics, and does with them. */
export function describeTopics(harness: Harness): void {
  describe('topics', () => {
    test('are created once, whoever asks for them, and keep their records', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(3);
      await world.driver.append(makeRecords(name, 2, 1), { acks: 'leader' });
      const clients = await Promise.all([1, 2, 3].map(() => world.open()));
      await Promise.all(clients.map(({ admin }) => admin.ensureTopics([{ name, partitions: 3 }])));
      expect(await world.driver.partitions(name)).toBe(3);
      expect(await stored(world.driver, name, 2)).toHaveLength(1);
    });

    test('of another number of partitions are refused', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(3);
      await expect(world.driver.admin.ensureTopics([{ name, partitions: 4 }])).rejects.toMatchObject({
        code: 'TOPIC_MISMATCH',
      });
      expect(await world.driver.partitions(name)).toBe(3);
    });

    test('are listed', async () => {
      await using world = await openWorld(harness);
      const [one, two] = [await world.topic(1), await world.topic(2)];
      expect(await (await world.open()).admin.topics()).toEqual(expect.arrayContaining([one.name, two.name]));
    });

    test('are described: partitions, first and last offset, number of records', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(2);
      const positions = await world.driver.append(makeRecords(name, 1, 5), { acks: 'all' });
      const description = await world.driver.admin.describe(name);
      expect(description.name).toBe(name);
      const [empty, full] = description.partitions;
      expect(description.partitions.map(({ partition }) => partition)).toEqual([0, 1]);
      expect(empty).toMatchObject({ records: 0 });
      expect([empty?.first, empty?.last]).toEqual([undefined, undefined]);
      expect(full).toMatchObject({ records: 5, first: positions[0]?.offset, last: positions[4]?.offset });
    });

    test('keep the retention they were created with', async () => {
      await using world = await openWorld(harness);
      const name = world.name('t');
      await world.driver.admin.ensureTopics([{ name, partitions: 1, retention: { maxAgeMs: 86_400_000 } }]);
      expect((await world.driver.admin.describe(name)).retention).toMatchObject({ maxAgeMs: 86_400_000 });
    });

    test('that exist get the retention that is asked for later, which a notice tells once', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      await world.driver.append(makeRecords(name, 0, 3), { acks: 'all' });
      const told: string[] = [];
      const driver = await world.open();
      driver.onNotice(({ kind, message }) => kind === 'retention-changed' && told.push(message));
      const asked = { name, partitions: 1, retention: { maxRecords: 20 } };
      await driver.admin.ensureTopics([asked]);
      await driver.admin.ensureTopics([asked]);
      await driver.admin.ensureTopics([{ name, partitions: 1 }]);
      expect((await world.driver.admin.describe(name)).retention).toEqual({ maxRecords: 20 });
      expect(told).toEqual([
        `the topic ${name} existed and keeps 20 records in each partition from now on; before it kept everything`,
      ]);
      expect(await stored(driver, name)).toHaveLength(3);
      const byAge = { maxAgeMs: 86_400_000, evenIfUnacknowledged: true };
      await driver.admin.ensureTopics([{ ...asked, retention: byAge }]);
      expect((await world.driver.admin.describe(name)).retention).toEqual(byAge);
    });

    test('are deleted with all their records', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      await world.driver.append(makeRecords(name, 0, 3), { acks: 'leader' });
      const { admin } = await world.open();
      await admin.deleteTopic(name);
      expect(await admin.topics()).not.toContain(name);
      await expect(admin.describe(name)).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
      await admin.ensureTopics([{ name, partitions: 1 }]);
      expect(await stored(await world.open(), name)).toEqual([]);
    });

    test('that do not exist are refused', async () => {
      await using world = await openWorld(harness);
      const { admin } = world.driver;
      const unknown = world.name('unknown');
      await expect(admin.describe(unknown)).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
      await expect(admin.deleteTopic(unknown)).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
      await expect(admin.trim(unknown, { keep: 1 })).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
    });

    test('of hundreds of groups are still described', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const groups = Array.from({ length: 100 }, () => world.name('g'));
      for (const group of groups) {
        await using _ = await joinRaw(world.driver, group, joinOptions(harness.capabilities, [name]));
      }
      expect(await world.driver.admin.groups()).toEqual(expect.arrayContaining(groups));
    });
  });
}
