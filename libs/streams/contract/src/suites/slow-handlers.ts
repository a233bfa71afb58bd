import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { all } from '../support/collect.ts';
import { record } from '../support/group.ts';
import { makeItems } from '../support/items.ts';
import { keptMs, leaseTimePasses } from '../support/time.ts';
import { waitFor, within } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

/** Long enough for a busy machine, which may keep this process from running for a while. */
const leaseMs = 1_500;

/** Handlers that take longer than the lease: ownership is renewed meanwhile. */
export function describeSlowHandlers(harness: Harness): void {
  const modes = harness.capabilities.competing
    ? (['partitioned', 'competing'] as const)
    : (['partitioned'] as const);

  describe('a handler that takes longer than the lease', () => {
    test.concurrent.each(modes)('has one result, and nobody else gets its message, %s', async (mode) => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const [group, gate] = [world.name('g'), world.gate()];
      let tries = 0;
      const handle = async (): Promise<void> => {
        tries += 1;
        await gate.opened;
      };
      const options = { mode, leaseMs: keptMs, retry: { attempts: 1, delay: () => 1 } };
      await world.streams.publish(items, makeItems(1, 1));
      const members = await Promise.all([1, 2].map(() => record(world, group, [items], handle, options)));
      await waitFor('the message is in flight', () => tries > 0);
      await leaseTimePasses(world, keptMs);
      await leaseTimePasses(world, keptMs);
      gate.open();
      await Promise.all(members.map(({ running }) => running.caughtUp()));
      expect(tries).toBe(1);
      expect(members.flatMap((member) => member.items())).toEqual(makeItems(1, 1));
      expect(await all(world.streams.admin.deadLetters(group))).toEqual([]);
    });
  });

  describe('a member that stands still for longer than its lease', () => {
    const deliveries = ['at-most-once', 'at-least-once'] as const;
    const cases = modes.flatMap((mode) => deliveries.map((delivery) => ({ mode, delivery })));
    test.each(cases)('goes on when nobody took over, $mode and $delivery', async ({ mode, delivery }) => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const published = makeItems(4, 1);
      let stoodStill = false;
      const handle = async (): Promise<void> => {
        if (!stoodStill) standStill(leaseMs * 2);
        stoodStill = true;
      };
      await world.streams.publish(items, published);
      const member = await record(world, world.name('g'), [items], handle, {
        mode,
        delivery,
        leaseMs,
        batch: 1,
      });
      await within('the member catches up', member.running.caughtUp());
      await member.running.stop();
      // A lease that could not be proven meanwhile may cost what was acknowledged and not begun, as at most once allows.
      if (delivery === 'at-most-once') expect(member.items().at(-1)).toEqual(published.at(-1));
      else expect(member.items()).toEqual(expect.arrayContaining(published));
    });
  });
}

/** Holds up the whole process: no timer and no answer gets through. */
function standStill(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
