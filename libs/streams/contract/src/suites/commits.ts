import type { Commit } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { joinOptions } from '../support/join-options.ts';
import { fetchCount, joinRaw } from '../support/raw-member.ts';
import { makeRecord, makeRecords, stored, storedTexts, textsOf } from '../support/records.ts';
import { openWorld } from '../support/world.ts';

/** What one commit of a lease stores. */
export function describeCommits(harness: Harness): void {
  describe('a commit', () => {
    test('acknowledges records for good', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const group = world.name('g');
      await world.driver.append(makeRecords(name, 0, 5), { acks: 'leader' });
      {
        await using member = await joinRaw(
          await world.open(),
          group,
          joinOptions(harness.capabilities, [name]),
        );
        const lease = await member.lease(0);
        const deliveries = await fetchCount(lease, 5);
        await lease.commit(commitOf({ acknowledged: deliveries.slice(0, 1) }));
        await lease.commit(commitOf({ acknowledged: deliveries.slice(1, 4) }));
      }
      await using successor = await joinRaw(world.driver, group, joinOptions(harness.capabilities, [name]));
      expect(textsOf(await fetchCount(await successor.lease(0), 1))).toEqual(['4']);
    });

    test('keeps how often a record was attempted', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const group = world.name('g');
      await world.driver.append(makeRecords(name, 0, 3), { acks: 'leader' });
      {
        await using member = await joinRaw(
          await world.open(),
          group,
          joinOptions(harness.capabilities, [name]),
        );
        const lease = await member.lease(0);
        const [first, second] = await fetchCount(lease, 3);
        if (!first || !second) throw new Error('three records were expected');
        await lease.commit(commitOf({ acknowledged: [first], failed: { record: second, attempts: 3 } }));
      }
      await using successor = await joinRaw(world.driver, group, joinOptions(harness.capabilities, [name]));
      const [again] = await fetchCount(await successor.lease(0), 1);
      expect(again && textsOf([again])).toEqual(['1']);
      expect(again?.attempt).toBeGreaterThanOrEqual(4);
    });

    test('counts an attempt that ended with the process', async () => {
      await using world = await openWorld(harness);
      const { name: topic } = await world.topic(1);
      const group = world.name('g');
      await world.driver.append(makeRecords(topic, 0, 1), { acks: 'leader' });
      for (const attempt of [2, 3]) {
        const child = world.start({
          program: 'holder',
          mode: 'partitioned',
          group,
          topic,
          leaseMs: 500,
          max: 1,
          to: topic,
          blockUntil: null,
        });
        await child.until('fetched');
        await child.kill();
        await using successor = await joinRaw(
          await world.open(),
          group,
          joinOptions(harness.capabilities, [topic]),
        );
        const [record] = await fetchCount(await successor.lease(0), 1);
        expect(record?.attempt).toBeGreaterThanOrEqual(attempt);
      }
    });

    if (!harness.capabilities.atomicCommit) {
      test('with more than positions is refused with the reason', async () => {
        await using world = await openWorld(harness);
        const { name } = await world.topic(1);
        const options = joinOptions({ ...harness.capabilities, atomicCommit: true }, [name]);
        const join = world.driver.join(world.name('g'), options);
        await expect(join).rejects.toMatchObject({ code: 'UNSUPPORTED' });
        await expect(join).rejects.toThrow(
          harness.capabilities.lacks.atomicStep ?? 'a reason in lacks.atomicStep',
        );
      });
      return;
    }

    test('stores outputs, state, ids and positions together', async () => {
      await using world = await openWorld(harness);
      const [input, output] = [await world.topic(1), await world.topic(3)];
      const group = world.name('g');
      await world.driver.append(makeRecords(input.name, 0, 2), { acks: 'leader' });
      const options = joinOptions(harness.capabilities, [input.name], {
        stores: ['sums'],
        dedupeWindow: 100,
      });
      await using member = await joinRaw(world.driver, group, options);
      const lease = await member.lease(0);
      const balanced = await fetchCount(lease, 2);
      await lease.commit({
        acknowledged: balanced,
        outputs: [0, 1, 2, 2].map((partition, index) =>
          makeRecord(output.name, partition, `out${index}`, { key: 'k', headers: { h: '1' } }),
        ),
        state: [{ store: 'sums', key: 'a', value: '{"sum":1}' }],
        dedupeIds: ['id-1'],
      });
      expect(await storedTexts(world.driver, output.name, 2)).toEqual(['out2', 'out3']);
      const [first] = await stored(world.driver, output.name, 0);
      expect({ ...first?.headers }).toEqual({ h: '1' });
      expect(await lease.load('sums', ['b', 'a'])).toEqual([undefined, '{"sum":1}']);
      expect(await lease.knownDedupeIds(['id-1', 'id-2'])).toEqual(new Set(['id-1']));
    });

    test('that is repeated is stored once', async () => {
      await using world = await openWorld(harness);
      const [input, output] = [await world.topic(1), await world.topic(1)];
      await world.driver.append(makeRecords(input.name, 0, 2), { acks: 'leader' });
      await using member = await joinRaw(
        world.driver,
        world.name('g'),
        joinOptions(harness.capabilities, [input.name]),
      );
      const lease = await member.lease(0);
      const [first, second] = await fetchCount(lease, 2);
      if (!first || !second) throw new Error('two records were expected');
      const commit = commitOf({ acknowledged: [first], outputs: [makeRecord(output.name, 0, 'one')] });
      await lease.commit(commit);
      await lease.commit(commit);
      await lease.commit(commitOf({ acknowledged: [second], outputs: [makeRecord(output.name, 0, 'two')] }));
      expect(await storedTexts(world.driver, output.name)).toEqual(['one', 'two']);
    });

    test('changes and deletes state of this group alone', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      await world.driver.append(makeRecords(name, 0, 2), { acks: 'leader' });
      const options = joinOptions(harness.capabilities, [name], { stores: ['s', 't'] });
      await using member = await joinRaw(await world.open(), world.name('g'), options);
      await using stranger = await joinRaw(await world.open(), world.name('g'), options);
      const lease = await member.lease(0);
      const [first, second] = await fetchCount(lease, 2);
      if (!first || !second) throw new Error('two records were expected');
      await lease.commit(
        commitOf({
          acknowledged: [first],
          state: ['a', 'b'].map((key) => ({ store: 's', key, value: '1' })),
        }),
      );
      await lease.commit(
        commitOf({
          acknowledged: [second],
          state: [
            { store: 's', key: 'a', value: null },
            { store: 't', key: 'b', value: '2' },
          ],
        }),
      );
      expect(await lease.load('s', ['a', 'b'])).toEqual([undefined, '1']);
      expect(await lease.load('t', ['a', 'b'])).toEqual([undefined, '2']);
      expect(await (await stranger.lease(0)).load('s', ['a', 'b'])).toEqual([undefined, undefined]);
    });

    test('may be large', async () => {
      await using world = await openWorld(harness);
      const [input, output] = [await world.topic(1), await world.topic(1)];
      await world.driver.append(makeRecords(input.name, 0, 500), { acks: 'leader' });
      const options = joinOptions(harness.capabilities, [input.name], { stores: ['s'], dedupeWindow: 1_000 });
      await using member = await joinRaw(world.driver, world.name('g'), options);
      const lease = await member.lease(0);
      const balanced = await fetchCount(lease, 500);
      const keys = balanced.map(({ offset }) => offset);
      await lease.commit({
        acknowledged: balanced,
        outputs: makeRecords(output.name, 0, 10_000),
        state: keys.map((key) => ({ store: 's', key, value: `"${key}"` })),
        dedupeIds: keys,
      });
      expect(await storedTexts(world.driver, output.name)).toHaveLength(10_000);
      expect(await lease.load('s', keys)).toEqual(keys.map((key) => `"${key}"`));
      expect((await lease.knownDedupeIds(keys)).size).toBe(500);
    });
  });
}

function commitOf(parts: Partial<Commit>): Commit {
  return { acknowledged: [], outputs: [], state: [], dedupeIds: [], ...parts };
}
