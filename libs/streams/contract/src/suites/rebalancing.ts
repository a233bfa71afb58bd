import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { createFlow } from '../support/flow.ts';
import { balanced, record } from '../support/group.ts';
import { expectAtLeastOnce, expectExactlyOnce, makeItems } from '../support/items.ts';
import { groupScript } from '../support/scripts.ts';
import { waitFor } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

/** Longer than any test: whoever waits for it to run out fails. */
const endlessMs = 600_000;

export function describeRebalancing(harness: Harness): void {
  describe('rebalancing', () => {
    test('hands leases to who joins and takes them from who leaves, without waiting for a lease to run out', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(4);
      const group = world.name('g');
      const options = { leaseMs: endlessMs };
      const first = await record(world, group, [items], undefined, options);
      await balanced([first], 4);
      const second = await record(world, group, [items], undefined, options);
      await balanced([first, second], 4);
      const third = await record(world, group, [items], undefined, options);
      await balanced([first, second, third], 4);
      await first.running.stop();
      await balanced([second, third], 4);
      await world.streams.publish(items, makeItems(40, 8));
      await second.running.caughtUp();
      expectExactlyOnce(
        [...second.items(), ...third.items()].toSorted((a, b) => a.sequence - b.sequence),
        makeItems(40, 8),
      );
    });

    test('moves no more leases than it must', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(6);
      const group = world.name('g');
      const members = await Promise.all([1, 2].map(() => record(world, group, [items])));
      await balanced(members, 6);
      const before = members.map(({ running }) => new Set(running.leases()));
      const third = await record(world, group, [items]);
      await balanced([...members, third], 6);
      for (const [index, { running }] of members.entries())
        expect(new Set(running.leases()).isSubsetOf(before[index] ?? new Set())).toBe(true);
    });

    test('lets the old owner finish and commit what is in flight, and the new owner start after it', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      const group = world.name('g');
      const gate = world.gate();
      const delivery = harness.capabilities.atomicCommit ? 'exactly-once' : 'at-least-once';
      const options = { delivery, leaseMs: endlessMs } as const;
      const inHand = new Set<number>();
      const hold: Parameters<typeof record>[3] = async ({ partition }) => {
        inHand.add(partition);
        await gate.opened;
      };
      const first = await record(world, group, [items], hold, options);
      const flow = createFlow(world.streams, items, 12);
      await flow.publish(60);
      await waitFor('both partitions are in flight', () => inHand.size === 2);
      const second = await record(world, group, [items], undefined, options);
      gate.open();
      await flow.publishUntil('the new owner handles messages', () => second.seen.length > 0);
      await Promise.all([first, second].map(({ running }) => running.caughtUp()));
      expectExactlyOnce([...first.items(), ...second.items()], flow.published);
    });

    test('aborts a handler that does not finish within the grace period, and gives its message to the new owner', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      const group = world.name('g');
      const gate = world.gate();
      const aborted = Promise.withResolvers<void>();
      const first = await record(
        world,
        group,
        [items],
        async (_, { signal }) => {
          signal.addEventListener('abort', () => aborted.resolve());
          await gate.opened;
        },
        { graceMs: 100 },
      );
      await balanced([first], 2);
      await world.streams.publish(items, makeItems(20, 10));
      const second = await record(world, group, [items]);
      await aborted.promise;
      await waitFor('the new owner handles messages', () => second.seen.length > 0);
      const moved = new Set(second.seen.map(({ partition }) => partition));
      gate.open();
      await second.running.caughtUp();
      const later = second.seen.filter(({ partition }) => moved.has(partition)).map(({ item }) => item);
      expectExactlyOnce(
        later,
        makeItems(20, 10).filter(({ key }) => later.some((item) => item.key === key)),
      );
    });

    test('replaces a member that dies, in order and without loss', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(3);
      const group = world.name('g');
      const leaseMs = 600;
      const script = { group, topics: [items.name], leaseMs, delivery: 'at-least-once' } as const;
      const victim = world.start(groupScript({ ...script, mishaps: [{ kind: 'hold', id: 'k0-2' }] }));
      await victim.until('lease', ({ partition }) => partition === 2);
      await world.streams.publish(items, makeItems(45, 9));
      await victim.until('holding');
      const survivor = await record(world, group, [items], undefined, { leaseMs });
      await victim.kill();
      await balanced([survivor], 3);
      await survivor.running.caughtUp();
      const order = [...victim.said('handled'), ...survivor.items()];
      expectAtLeastOnce(order, makeItems(45, 9));
    });
  });
}
