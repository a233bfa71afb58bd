import type { Context, Message } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { type Item, outputTopic } from '../member/items.ts';
import { valuesOf } from '../support/collect.ts';
import { createFlow } from '../support/flow.ts';
import { record } from '../support/group.ts';
import { expectExactlyOnce, makeItems } from '../support/items.ts';
import { finish, groupScript } from '../support/scripts.ts';
import { clockTick, waitFor, within } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

/** Longer than any test: whoever waits for it to run out fails. */
const endlessMs = 600_000;
const partitions = 4;

export function describeStopping(harness: Harness): void {
  describe('stopping', () => {
    test('lets handlers in flight finish and commits them', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const group = world.name('g');
      const gate = world.gate();
      const inHand = Promise.withResolvers<AbortSignal>();
      const first = await record(
        world,
        group,
        [items],
        async (_, { signal }) => {
          inHand.resolve(signal);
          await gate.opened;
        },
        { batch: 1, leaseMs: endlessMs },
      );
      await world.streams.publish(items, makeItems(10, 1));
      const signal = await within('a message is in flight', inHand.promise);
      const stopping = first.running.stop();
      expect(first.running.state()).toBe('stopping');
      await clockTick();
      expect(signal.aborted).toBe(false);
      gate.open();
      await within('the member stops', stopping);
      await first.running.finished;
      expect(first.running.state()).toBe('stopped');
      const second = await record(world, group, [items], undefined, { leaseMs: endlessMs });
      await second.running.caughtUp();
      expect(second.seen.length).toBeGreaterThan(0);
      expectExactlyOnce([...first.items(), ...second.items()], makeItems(10, 1));
    });

    test('waits no longer than the grace period, and what was in flight is handled by another member', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const group = world.name('g');
      const gate = world.gate();
      const inHand = Promise.withResolvers<AbortSignal>();
      const first = await record(
        world,
        group,
        [items],
        async (_, { signal }) => {
          inHand.resolve(signal);
          await gate.opened;
        },
        { graceMs: 100, leaseMs: endlessMs },
      );
      await world.streams.publish(items, makeItems(3, 1));
      const signal = await within('a message is in flight', inHand.promise);
      await within('the member stops', first.running.stop());
      expect(signal.aborted).toBe(true);
      const second = await record(world, group, [items], undefined, { leaseMs: endlessMs });
      await second.running.caughtUp();
      expectExactlyOnce(second.items(), makeItems(3, 1));
    });

    if (harness.capabilities.competing)
      test('of a competing member waits no longer than the grace period, and what was in flight goes to another one at once', async () => {
        await using world = await openWorld(harness);
        const items = await world.topic(1);
        const group = world.name('g');
        const gate = world.gate();
        const options = { mode: 'competing', leaseMs: endlessMs, graceMs: 100, concurrency: 2 } as const;
        const inHand = Promise.withResolvers<AbortSignal>();
        const stuck = async (message: Message<Item>, { signal }: Context): Promise<void> => {
          if (message.value.key !== 'k0') return;
          inHand.resolve(signal);
          await gate.opened;
        };
        const first = await record(world, group, [items], stuck, options);
        await world.streams.publish(items, makeItems(3, 3));
        const signal = await within('a message is in flight', inHand.promise);
        await within('the member stops', first.running.stop());
        expect(signal.aborted).toBe(true);
        expect(first.running.state()).toBe('stopped');
        const second = await record(world, group, [items], undefined, options);
        await second.running.caughtUp();
        expectExactlyOnce([...first.items(), ...second.items()], makeItems(3, 3));
      });

    test('twice is the same as once', async () => {
      await using world = await openWorld(harness);
      const { running } = await record(world, world.name('g'), [await world.topic(1)]);
      await Promise.all([running.stop(), running.stop()]);
      await running.stop();
      await running[Symbol.asyncDispose]();
      expect(running.state()).toBe('stopped');
      expect(running.leases()).toEqual([]);
    });

    test('takes the member off the group at once', async () => {
      await using world = await openWorld(harness);
      const group = world.name('g');
      const { running } = await record(world, group, [await world.topic(1)]);
      await running.stop();
      const { members, partitions } = await world.driver.admin.describeGroup(group);
      expect(members).toEqual([]);
      expect(partitions.map(({ owner }) => owner)).toEqual([undefined]);
    });

    test('by SIGTERM under load loses and repeats nothing, and the group goes on at once', async () => {
      await using world = await openWorld(harness);
      const [items, copies] = [await world.topic(4), outputTopic((await world.topic(4)).name)];
      const group = world.name('g');
      const script = groupScript({
        group,
        topics: [items.name],
        delivery: 'at-least-once',
        leaseMs: endlessMs,
        effect: { kind: 'copy', to: copies.name },
      });
      const first = world.start(script);
      await first.until('lease', ({ partition }) => partition === 3);
      const flow = createFlow(world.streams, items, 20);
      await flow.publishUntil('the member is under load', () => first.said('handled').length > 100);
      const second = world.start(script);
      await flow.publishUntil('the other member handles messages', () => second.said('handled').length > 0);
      first.terminate();
      await flow.publishUntil('the member has stopped', () => first.said('stopped').length > 0);
      expect(await first.end()).toEqual({ code: 0, signal: null });
      await finish(second);
      expectExactlyOnce(await valuesOf(world.streams, copies), flow.published);
    });

    test('ends a child by itself: nothing of the driver keeps the process alive', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      await world.streams.publish(items, makeItems(10, 2));
      const child = world.start(
        groupScript({ group: world.name('g'), topics: [items.name], delivery: 'at-least-once' }),
      );
      await waitFor('all is handled', () => child.said('handled').length === 10);
      child.tell('stop');
      expect(await child.end()).toEqual({ code: 0, signal: null });
    });

    test('ends a child by itself also when the driver is closed with anything under way', async () => {
      await using world = await openWorld(harness);
      const { name: topic } = await world.topic(partitions);
      const group = world.name('g');
      const child = world.start({ program: 'closer', topic, partitions, group, moments: 25, apartMs: 4 });
      await child.until('stopped');
      expect(await child.end()).toEqual({ code: 0, signal: null });
    });
  });
}
