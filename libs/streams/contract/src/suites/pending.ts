import { describe, expect, test } from 'vitest';
import { type Harness, reasonFor } from '../harness.ts';
import { competeOptions, joinOptions } from '../support/join-options.ts';
import { fetchCount, joinRaw } from '../support/raw-member.ts';
import { makeRecords, textsOf } from '../support/records.ts';
import { waitFor } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

/** What the admin says of messages in flight. */
export function describePending(harness: Harness): void {
  describe('messages in flight', () => {
    test('of a lease are counted until they are acknowledged', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const group = world.name('g');
      const positions = await world.driver.append(makeRecords(name, 0, 5), { acks: 'all' });
      await using member = await joinRaw(world.driver, group, joinOptions(harness.capabilities, [name]));
      const lease = await member.lease(0);
      const balanced = await fetchCount(lease, 3);
      await waitFor('what is in flight is counted', async () => {
        const { pending = 3, oldestPendingMs = 1 } = (await describePartition()) ?? {};
        return pending === 3 && oldestPendingMs > 0;
      });
      await lease.commit({ acknowledged: balanced, outputs: [], state: [], dedupeIds: [] });
      const after = await describePartition();
      expect(after).toMatchObject({ committed: positions[2]?.offset, lag: 2 });
      if (after?.pending !== undefined) expect(after.pending).toBe(0);

      async function describePartition(): Promise<
        { pending?: number; oldestPendingMs?: number } | undefined
      > {
        const { partitions } = await world.driver.admin.describeGroup(group);
        return partitions[0];
      }
    });

    const { competing, pendingEntries, claim } = harness.capabilities;
    if (!pendingEntries || !claim)
      test('are neither listed nor handed to another member where the backend cannot, with the reason', async () => {
        await using world = await openWorld(harness);
        const { name } = await world.topic(1);
        const group = world.name('g');
        const { admin } = world.driver;
        await using member = competing
          ? await world.driver.compete(group, competeOptions([name]))
          : await joinRaw(world.driver, group, joinOptions(harness.capabilities, [name]));
        const lacking = [
          ...(pendingEntries ? [] : [['pendingEntries', admin.pending(group, { limit: 1 })] as const]),
          ...(claim
            ? []
            : [['claim', admin.claim(group, member.member, { positions: [], minIdleMs: 0 })] as const]),
        ];
        for (const [lack, asked] of lacking) {
          await expect(asked, lack).rejects.toMatchObject({ code: 'UNSUPPORTED' });
          await expect(asked, lack).rejects.toThrow(reasonFor(harness, lack));
        }
      });

    if (!competing || !pendingEntries) return;

    test('of competing members are listed oldest first, with member, idle time and deliveries', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const group = world.name('g');
      const positions = await world.driver.append(makeRecords(name, 0, 5), { acks: 'all' });
      await using first = await (await world.open()).compete(group, competeOptions([name]));
      await using second = await (await world.open()).compete(group, competeOptions([name]));
      await fetchCount(first, 2);
      await fetchCount(second, 1);
      const entries = await world.driver.admin.pending(group, { limit: 10 });
      expect(entries.map(({ position }) => position)).toEqual(positions.slice(0, 3));
      expect(entries.map(({ member }) => member)).toEqual([first.member, first.member, second.member]);
      expect(entries.map(({ deliveries }) => deliveries)).toEqual([1, 1, 1]);
      expect(entries.filter(({ idleMs }) => idleMs < 0)).toEqual([]);
      expect(await world.driver.admin.pending(group, { limit: 2 })).toHaveLength(2);
      const description = await world.driver.admin.describeGroup(group);
      expect(description.mode).toBe('competing');
      expect(description.members.map(({ member, pending }) => [member, pending]).toSorted()).toEqual(
        [
          [first.member, 2],
          [second.member, 1],
        ].toSorted(),
      );
      expect(description.partitions[0]).toMatchObject({ pending: 3, lag: 5 });
    });

    if (!claim) return;

    test('of a competing member are handed to another by claim, once they were idle long enough', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const group = world.name('g');
      const positions = await world.driver.append(makeRecords(name, 0, 3), { acks: 'all' });
      await using first = await (await world.open()).compete(group, competeOptions([name]));
      const held = await fetchCount(first, 3);
      await using second = await (await world.open()).compete(group, competeOptions([name]));
      const { admin } = world.driver;
      expect(await admin.claim(group, second.member, { positions, minIdleMs: 600_000 })).toEqual([]);
      const moved = await admin.claim(group, second.member, {
        positions: positions.slice(0, 2),
        minIdleMs: 0,
      });
      expect(moved).toEqual(positions.slice(0, 2));
      const commits = held.map((record) => ({ record, acknowledged: true, outputs: [] }));
      expect(await first.commit(commits)).toEqual(['fenced', 'fenced', 'committed']);
      const claimed = await fetchCount(second, 2);
      expect(textsOf(claimed)).toEqual(['0', '1']);
      await second.commit(claimed.map((record) => ({ record, acknowledged: true, outputs: [] })));
      await waitFor(
        'nothing is in flight',
        async () => (await admin.pending(group, { limit: 10 })).length === 0,
      );
    });
  });
}
