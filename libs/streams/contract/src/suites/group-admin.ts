import type { Driver, Position } from '@millrace/streams';
import type { Lease } from '@millrace/streams/driver';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { joinOptions } from '../support/join-options.ts';
import { fetchCount, joinRaw } from '../support/raw-member.ts';
import { makeRecords, textsOf } from '../support/records.ts';
import { clockTick } from '../support/wait-for.ts';
import { openWorld, type World } from '../support/world.ts';

/** What the admin says of partitioned groups, and does with them. */
export function describeGroupAdmin(harness: Harness): void {
  describe('a group', () => {
    test('is described: members, leases, epochs, committed offset, lag', async () => {
      await using world = await openWorld(harness);
      const { group, topic, positions } = await prepare(world);
      await using member = await joinRaw(world.driver, group, joinOptions(harness.capabilities, [topic]));
      const lease = await member.lease(0);
      await member.lease(1);
      await settleFirst(lease, 5, 2);
      const description = await (await world.open()).admin.describeGroup(group);
      expect(description).toMatchObject({ group, mode: 'partitioned' });
      expect(description.members).toHaveLength(1);
      expect(description.members[0]).toMatchObject({ member: member.member });
      expect(description.members[0]?.leases.toSorted()).toEqual([0, 1]);
      const [used, unused] = description.partitions;
      expect(used).toMatchObject({
        topic,
        partition: 0,
        owner: member.member,
        epoch: lease.epoch,
        committed: positions[1]?.offset,
        lag: 8,
      });
      expect(unused).toMatchObject({ topic, partition: 1, owner: member.member, lag: 0 });
      expect(unused?.committed).toBeUndefined();
    });

    test('that was moved to after a position says that this is where it stands', async () => {
      await using world = await openWorld(harness);
      const { group, topic, positions } = await prepare(world);
      {
        await using member = await joinRaw(
          await world.open(),
          group,
          joinOptions(harness.capabilities, [topic]),
        );
        await settleFirst(await member.lease(0), 2, 2);
      }
      const [, , , , moved] = positions;
      if (!moved) throw new Error('no fifth record');
      await world.driver.admin.seek(group, { after: moved }, {});
      const { partitions } = await world.driver.admin.describeGroup(group);
      expect(partitions[0]).toMatchObject({ topic, partition: 0, committed: moved.offset, lag: 5 });
    });

    test('is listed and lags by what it has not acknowledged, members or not', async () => {
      await using world = await openWorld(harness);
      const { group, topic } = await prepare(world);
      {
        await using member = await joinRaw(
          await world.open(),
          group,
          joinOptions(harness.capabilities, [topic]),
        );
        await settleFirst(await member.lease(0), 6, 6);
      }
      expect(await world.driver.admin.groups()).toContain(group);
      expect(await world.streams.admin.lag(group)).toBe(4);
      await world.driver.append(makeRecords(topic, 1, 3), { acks: 'all' });
      expect(await world.streams.admin.lag(group)).toBe(7);
    });

    test.each<
      readonly [
        what: string,
        to: (at: Date, positions: readonly Position[]) => Parameters<Driver['admin']['seek']>[1],
        first: string,
      ]
    >([
      ['the beginning', () => 'earliest', '0'],
      ['a time', (at) => ({ at }), 'later-0'],
      ['a position', (_, [, , third]) => (third ? { after: third } : 'latest'), '3'],
    ])('goes to %s when it is sent there', async (_, to, first) => {
      await using world = await openWorld(harness);
      const { group, topic, positions } = await prepare(world);
      const at = await clockTick();
      await world.driver.append(makeRecords(topic, 0, 3, 'later-'), { acks: 'leader' });
      {
        await using member = await joinRaw(
          await world.open(),
          group,
          joinOptions(harness.capabilities, [topic]),
        );
        await settleFirst(await member.lease(0), 8, 6);
      }
      await world.driver.admin.seek(group, to(at, positions), { topic, partition: 0 });
      await using member = await joinRaw(
        await world.open(),
        group,
        joinOptions(harness.capabilities, [topic]),
      );
      expect(textsOf(await fetchCount(await member.lease(0), 1))).toEqual([first]);
    });

    test('that is sent to the end sees only what comes', async () => {
      await using world = await openWorld(harness);
      const { group, topic } = await prepare(world);
      {
        await using _ = await joinRaw(await world.open(), group, joinOptions(harness.capabilities, [topic]));
      }
      await world.driver.admin.seek(group, 'latest', {});
      expect(await world.streams.admin.lag(group)).toBe(0);
      await world.driver.append(makeRecords(topic, 0, 1, 'new-'), { acks: 'leader' });
      await using member = await joinRaw(
        await world.open(),
        group,
        joinOptions(harness.capabilities, [topic]),
      );
      expect(textsOf(await fetchCount(await member.lease(0), 1))).toEqual(['new-0']);
    });

    test('that has members is neither moved nor deleted', async () => {
      await using world = await openWorld(harness);
      const { group, topic } = await prepare(world);
      await using member = await joinRaw(
        await world.open(),
        group,
        joinOptions(harness.capabilities, [topic]),
      );
      await member.lease(0);
      await expect(world.driver.admin.seek(group, 'earliest', {})).rejects.toMatchObject({
        code: 'GROUP_ACTIVE',
      });
      await expect(world.driver.admin.deleteGroup(group)).rejects.toMatchObject({ code: 'GROUP_ACTIVE' });
    });

    test('is deleted with its positions, state and remembered ids', async () => {
      await using world = await openWorld(harness);
      const { group, topic } = await prepare(world);
      const options = joinOptions(harness.capabilities, [topic], { stores: ['s'], dedupeWindow: 10 });
      {
        await using member = await joinRaw(await world.open(), group, options);
        const lease = await member.lease(0);
        const balanced = await fetchCount(lease, 4);
        const atomic = { state: [{ store: 's', key: 'k', value: '1' }], dedupeIds: ['id'] };
        await lease.commit({
          acknowledged: balanced,
          outputs: [],
          ...(harness.capabilities.atomicCommit ? atomic : { state: [], dedupeIds: [] }),
        });
      }
      await world.driver.admin.deleteGroup(group);
      expect(await world.driver.admin.groups()).not.toContain(group);
      await using member = await joinRaw(await world.open(), group, options);
      const lease = await member.lease(0);
      expect(textsOf(await fetchCount(lease, 1))).toEqual(['0']);
      if (!harness.capabilities.atomicCommit) return;
      expect(await lease.load('s', ['k'])).toEqual([undefined]);
      expect(await lease.knownDedupeIds(['id'])).toEqual(new Set());
    });

    test('that does not exist is refused', async () => {
      await using world = await openWorld(harness);
      const { admin } = world.driver;
      const unknown = world.name('unknown');
      await expect(admin.describeGroup(unknown)).rejects.toMatchObject({ code: 'UNKNOWN_GROUP' });
      await expect(admin.deleteGroup(unknown)).rejects.toMatchObject({ code: 'UNKNOWN_GROUP' });
      await expect(admin.seek(unknown, 'earliest', {})).rejects.toMatchObject({ code: 'UNKNOWN_GROUP' });
      await expect(admin.pending(unknown, { limit: 1 })).rejects.toMatchObject({ code: 'UNKNOWN_GROUP' });
    });
  });
}

interface Setting {
  readonly group: string;
  readonly topic: string;
  readonly positions: readonly Position[];
}

/** A group's name and a topic of two partitions, with ten records in the first. */
async function prepare(world: World): Promise<Setting> {
  const { name: topic } = await world.topic(2);
  const positions = await world.driver.append(makeRecords(topic, 0, 10), { acks: 'all' });
  return { group: world.name('g'), topic, positions };
}

async function settleFirst(lease: Lease, fetched: number, acknowledged: number): Promise<void> {
  const deliveries = await fetchCount(lease, fetched);
  await lease.commit({
    acknowledged: deliveries.slice(0, acknowledged),
    outputs: [],
    state: [],
    dedupeIds: [],
  });
}
