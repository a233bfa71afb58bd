import { writeFileSync } from 'node:fs';
import type { Delivery } from '@millrace/streams';
import type { Commit } from '@millrace/streams/driver';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { joinOptions } from '../support/join-options.ts';
import type { MemberProcess } from '../support/member-process.ts';
import { fetchCount, joinRaw, settleCount } from '../support/raw-member.ts';
import { makeRecord, makeRecords, storedTexts, textsOf } from '../support/records.ts';
import { keptMs, leaseTimePasses } from '../support/time.ts';
import { waitFor } from '../support/wait-for.ts';
import { openWorld, type World } from '../support/world.ts';

const leaseMs = 600;

/** Members that sleep past their lease and then commit. */
export function describeFencing(harness: Harness): void {
  describe('fencing', () => {
    test('refuses the commit of a member that was paused past its lease', async () => {
      await using world = await openWorld(harness);
      const setting = await prepare(harness, world, null);
      await world.pause(setting.sleeper);
      const lease = await (await setting.successor()).lease(0);
      const [record] = await fetchCount(lease, 1);
      setting.sleeper.resume();
      setting.sleeper.tell('commit');
      await expectFenced(setting.sleeper);
      await lease.commit(setting.commit(record));
      expect(await storedTexts(world.driver, setting.output)).toEqual(setting.expected);
      expect(textsOf(await settleCount(lease, 2))).toEqual(['1', '2']);
    });

    test('refuses the commit of a member whose thread was blocked, before any of its timers ran', async () => {
      await using world = await openWorld(harness);
      const file = world.file('wake');
      const setting = await prepare(harness, world, file);
      const lease = await (await setting.successor()).lease(0);
      const [record] = await fetchCount(lease, 1);
      await lease.commit(setting.commit(record));
      writeFileSync(file, '');
      await expectFenced(setting.sleeper);
      expect(await storedTexts(world.driver, setting.output)).toEqual(setting.expected);
      expect(textsOf(await settleCount(lease, 2))).toEqual(['1', '2']);
    });

    test('leaves the new owner its work when the sleeper wakes in the middle of it', async () => {
      await using world = await openWorld(harness);
      const file = world.file('wake');
      const setting = await prepare(harness, world, file);
      {
        await using successor = await setting.successor();
        const lease = await successor.lease(0);
        await fetchCount(lease, 1);
        writeFileSync(file, '');
        await expectFenced(setting.sleeper);
      }
      await setting.sleeper.kill();
      await using third = await setting.successor();
      expect(textsOf(await settleCount(await third.lease(0), 3))).toEqual(['0', '1', '2']);
      expect(await storedTexts(world.driver, setting.output)).toEqual([]);
    });

    // These only wait for lease times to pass, which they can do together.
    test.concurrent('spares a member that holds its records longer than the lease and is alive', async () => {
      await using world = await openWorld(harness);
      const setting = await prepare(harness, world, null, keptMs);
      await using waiting = await setting.successor();
      await leaseTimePasses(world, keptMs);
      await leaseTimePasses(world, keptMs);
      expect(waiting.held()).toEqual([]);
      setting.sleeper.tell('commit');
      expect(await setting.sleeper.until('commit')).toMatchObject({ result: 'committed' });
    });

    test.concurrent('spares a member that is slow to give back a revoked lease and is alive', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(2);
      const group = world.name('g');
      const options = joinOptions(harness.capabilities, [name], { leaseMs: keptMs });
      for (const partition of [0, 1])
        await world.driver.append(makeRecords(name, partition, 2), { acks: 'leader' });
      await using slow = await joinRaw(await world.open(), group, options, false);
      const leases = [await slow.lease(0), await slow.lease(1)];
      const balanced = await Promise.all(leases.map((lease) => fetchCount(lease, 2)));
      await leaseTimePasses(world, keptMs);
      await using waiting = await joinRaw(await world.open(), group, options);
      await waitFor('a lease is revoked', () => leases.some((lease) => lease.revoked.aborted));
      await leaseTimePasses(world, keptMs);
      expect(waiting.held()).toEqual([]);
      for (const [index, lease] of leases.entries())
        await lease.commit({ acknowledged: balanced[index] ?? [], outputs: [], state: [], dedupeIds: [] });
    });
  });
}

interface Setting {
  readonly sleeper: MemberProcess;
  readonly output: string;
  readonly expected: readonly string[];
  /** Acknowledges a record, with an output where the backend can. */
  commit(record: Delivery | undefined): Commit;
  successor(): ReturnType<typeof joinRaw>;
}

/** A child that holds three records, and a way to replace it. */
async function prepare(
  harness: Harness,
  world: World,
  blockUntil: string | null,
  sleeperMs: number = leaseMs,
): Promise<Setting> {
  const [input, output] = [await world.topic(1), await world.topic(1)];
  const group = world.name('g');
  await world.driver.append(makeRecords(input.name, 0, 3), { acks: 'all' });
  const sleeper = world.start({
    program: 'holder',
    mode: 'partitioned',
    group,
    topic: input.name,
    leaseMs: sleeperMs,
    max: 3,
    to: output.name,
    blockUntil,
  });
  await sleeper.until('fetched');
  return {
    sleeper,
    output: output.name,
    expected: harness.capabilities.atomicCommit ? ['new owner'] : [],
    commit: (record) => ({
      acknowledged: record ? [record] : [],
      outputs: harness.capabilities.atomicCommit ? [makeRecord(output.name, 0, 'new owner')] : [],
      state: [],
      dedupeIds: [],
    }),
    successor: async () =>
      joinRaw(await world.open(), group, joinOptions(harness.capabilities, [input.name])),
  };
}

async function expectFenced(sleeper: MemberProcess): Promise<void> {
  expect(await sleeper.until('commit')).toMatchObject({ result: 'FENCED' });
}
