import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { joinOptions } from '../support/join-options.ts';
import { fetchCount, joinRaw, never } from '../support/raw-member.ts';
import { makeRecords, textsOf } from '../support/records.ts';
import { waitFor, within } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

const nothing = { outputs: [], state: [], dedupeIds: [] };

/** What a lease gives to whoever holds it, straight on the driver. */
export function describeLeases(harness: Harness): void {
  describe('a lease', () => {
    test('gives what is stored in order and goes on after what is not acknowledged yet', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      await world.driver.append(makeRecords(name, 0, 10), { acks: 'leader' });
      await using member = await joinRaw(
        world.driver,
        world.name('g'),
        joinOptions(harness.capabilities, [name]),
      );
      const lease = await member.lease(0);
      const [first, rest] = [await fetchCount(lease, 4), await fetchCount(lease, 6)];
      expect(textsOf([...first, ...rest])).toEqual(makeRecords(name, 0, 10).map(({ value }) => value));
      expect([...first, ...rest].map(({ attempt }) => attempt)).toEqual(Array(10).fill(1));
    });

    test('gives no more at a time than asked for', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      await world.driver.append(makeRecords(name, 0, 10), { acks: 'leader' });
      await using member = await joinRaw(
        world.driver,
        world.name('g'),
        joinOptions(harness.capabilities, [name]),
      );
      const lease = await member.lease(0);
      expect((await lease.fetch(3, { signal: never })).length).toBeLessThanOrEqual(3);
    });

    test('waits for records and gives them as they come', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      await using member = await joinRaw(
        world.driver,
        world.name('g'),
        joinOptions(harness.capabilities, [name]),
      );
      const coming = (await member.lease(0)).fetch(10, { signal: never });
      await world.driver.append(makeRecords(name, 0, 1), { acks: 'leader' });
      expect(textsOf(await within('the record comes', coming))).toEqual(['0']);
    });

    test('returns with nothing when the signal of a waiting fetch aborts', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      await using member = await joinRaw(
        world.driver,
        world.name('g'),
        joinOptions(harness.capabilities, [name]),
      );
      const stop = new AbortController();
      const lease = await member.lease(0);
      const coming = lease.fetch(10, { signal: stop.signal });
      stop.abort();
      expect(await within('the fetch ends', coming)).toEqual([]);
      await world.driver.append(makeRecords(name, 0, 1), { acks: 'leader' });
      expect(textsOf(await fetchCount(lease, 1))).toEqual(['0']);
    });

    test('holds no more unacknowledged records than its window', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      await world.driver.append(makeRecords(name, 0, 30), { acks: 'leader' });
      const options = joinOptions(harness.capabilities, [name], { maxInFlight: 10 });
      await using member = await joinRaw(world.driver, world.name('g'), options);
      const lease = await member.lease(0);
      const first = await fetchCount(lease, 10);
      const more = lease.fetch(30, { signal: never });
      await lease.commit({ acknowledged: first.slice(0, 5), ...nothing });
      const second = await within('settling makes room', more);
      expect(second.length).toBeGreaterThan(0);
      expect(second.length).toBeLessThanOrEqual(5);
      expect(textsOf(second)).toEqual(['10', '11', '12', '13', '14'].slice(0, second.length));
    });

    test('passes on what was not acknowledged, oldest first, to the next owner', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const group = world.name('g');
      await world.driver.append(makeRecords(name, 0, 8), { acks: 'leader' });
      {
        await using member = await joinRaw(
          await world.open(),
          group,
          joinOptions(harness.capabilities, [name]),
        );
        const lease = await member.lease(0);
        const deliveries = await fetchCount(lease, 5);
        await lease.commit({ acknowledged: deliveries.slice(0, 2), ...nothing });
      }
      await using successor = await joinRaw(world.driver, group, joinOptions(harness.capabilities, [name]));
      expect(textsOf(await fetchCount(await successor.lease(0), 6))).toEqual(['2', '3', '4', '5', '6', '7']);
    });

    test('refuses to commit once it was given back', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      await world.driver.append(makeRecords(name, 0, 1), { acks: 'leader' });
      await using member = await joinRaw(
        world.driver,
        world.name('g'),
        joinOptions(harness.capabilities, [name]),
      );
      const lease = await member.lease(0);
      const balanced = await fetchCount(lease, 1);
      await lease[Symbol.asyncDispose]();
      await lease[Symbol.asyncDispose]();
      await expect(lease.commit({ acknowledged: balanced, ...nothing })).rejects.toMatchObject({
        code: 'FENCED',
      });
    });

    test('grows in epoch with every owner', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const group = world.name('g');
      const epochs: number[] = [];
      for (let owner = 0; owner < 3; owner++) {
        await using member = await joinRaw(
          await world.open(),
          group,
          joinOptions(harness.capabilities, [name]),
        );
        epochs.push((await member.lease(0)).epoch);
      }
      expect(epochs).toEqual([...new Set(epochs)].toSorted((a, b) => a - b));
    });

    test('is revoked when another member wants its share, and comes to that member once given back', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(2);
      const group = world.name('g');
      const options = joinOptions(harness.capabilities, [name]);
      await using first = await joinRaw(await world.open(), group, options, false);
      await Promise.all([first.lease(0), first.lease(1)]);
      await using second = await joinRaw(await world.open(), group, options);
      const recalled = await waitFor('a lease is revoked', () =>
        first.held().find((lease) => lease.revoked.aborted),
      );
      expect(await within('the fetch ends', recalled.fetch(1, { signal: never }))).toEqual([]);
      await recalled[Symbol.asyncDispose]();
      await second.lease(recalled.partition);
    });

    test('covers the same partition number of every topic of the group', async () => {
      await using world = await openWorld(harness);
      const [wide, narrow] = [await world.topic(3), await world.topic(1)];
      for (const partition of [0, 1, 2])
        await world.driver.append(makeRecords(wide.name, partition, 1, `wide${partition}-`), {
          acks: 'leader',
        });
      await world.driver.append(makeRecords(narrow.name, 0, 1, 'narrow'), { acks: 'leader' });
      const options = joinOptions(harness.capabilities, [wide.name, narrow.name]);
      await using member = await joinRaw(world.driver, world.name('g'), options);
      expect(textsOf(await fetchCount(await member.lease(0), 2)).toSorted()).toEqual(['narrow0', 'wide0-0']);
      expect(textsOf(await fetchCount(await member.lease(2), 1))).toEqual(['wide2-0']);
    });

    test('goes to nobody for a topic that does not exist', async () => {
      await using world = await openWorld(harness);
      const join = world.driver.join(
        world.name('g'),
        joinOptions(harness.capabilities, [world.name('unknown')]),
      );
      await expect(join).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
    });
  });
}
