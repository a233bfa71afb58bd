import { type HandlerLogEntry, middleware } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { all, valuesOf } from '../support/collect.ts';
import { record } from '../support/group.ts';
import { expectExactlyOnce, makeItems } from '../support/items.ts';
import { groupScript } from '../support/scripts.ts';
import { waitFor } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

const modesOf = ({ capabilities }: Harness): readonly ('partitioned' | 'competing')[] =>
  capabilities.competing ? ['partitioned', 'competing'] : ['partitioned'];

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

export function describeRetrying(harness: Harness): void {
  describe('retrying', () => {
    test.each([1, 4])('keeps the order of each key, with concurrency %i', async (concurrency) => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      await world.streams.publish(items, makeItems(48, 8));
      const failing = new Set(['k0-2', 'k1-0', 'k5-3', 'k7-5']);
      const attempts = new Map<string, number[]>();
      const recorder = await record(
        world,
        world.name('g'),
        [items],
        ({ value: { id }, attempt }) => {
          attempts.set(id, [...(attempts.get(id) ?? []), attempt]);
          if (failing.has(id) && attempt < 3) throw new Error(`not yet: ${id}`);
        },
        { concurrency, retry: { attempts: 3, delay: () => 5 } },
      );
      await recorder.running.caughtUp();
      expectExactlyOnce(recorder.items(), makeItems(48, 8));
      for (const id of failing) expect(attempts.get(id)).toEqual([1, 2, 3]);
      expect(await all(world.streams.admin.deadLetters(recorder.running.group))).toEqual([]);
    });

    test('tells the delay how many attempts were made', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const asked: number[] = [];
      await world.streams.publish(items, makeItems(1, 1));
      const delay = (attempts: number): number => {
        asked.push(attempts);
        return 1;
      };
      const recorder = await record(
        world,
        world.name('g'),
        [items],
        ({ attempt }) => {
          if (attempt < 4) throw new Error('not yet');
        },
        { retry: { attempts: 9, delay } },
      );
      await recorder.running.caughtUp();
      expect(asked).toEqual([1, 2, 3]);
    });

    test('commits what came before a failing message', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const gate = world.gate();
      const group = world.name('g');
      await world.streams.publish(items, makeItems(10, 1));
      const recorder = await record(
        world,
        group,
        [items],
        async ({ value: { sequence }, attempt }) => {
          if (sequence !== 6) return;
          if (attempt === 1) throw new Error('the first time');
          await gate.opened;
        },
        { retry: { attempts: 5, delay: () => 1 } },
      );
      const committed = await waitFor('a position is committed', async () => {
        const { partitions } = await world.driver.admin.describeGroup(group);
        return recorder.seen.length === 6 && partitions[0]?.committed;
      });
      const [, , , , , sixth] = await all(world.streams.read(items, { to: 'now' }));
      expect(committed).toBe(sixth?.offset);
      gate.open();
      await recorder.running.caughtUp();
      expectExactlyOnce(recorder.items(), makeItems(10, 1));
    });

    test.each(modesOf(harness))(
      'passes the functions in use, %s: a call that fails leaves nothing',
      async (mode) => {
        await using world = await openWorld(harness);
        const [items, copies] = [await world.topic(2), await world.topic(2)];
        await world.streams.publish(items, makeItems(12, 4));
        const calls = new Map<string, number>();
        const entries: HandlerLogEntry[] = [];
        const recorder = await record(
          world,
          world.name('g'),
          [items],
          async ({ value }, context) => {
            context.send(copies, value);
            const call = (calls.get(value.id) ?? 0) + 1;
            calls.set(value.id, call);
            if (call === 1) throw new Error('the first call');
            if (call === 2) await aborted(context.signal);
          },
          {
            mode,
            use: [
              middleware.log((entry) => entries.push(entry)),
              middleware.retry({ attempts: 3, initialMs: 1 }),
              middleware.timeout(50),
            ],
          },
        );
        await recorder.running.caughtUp();
        // A handler that came to its end only after its time was up has no part in it.
        const last = recorder.seen.filter(({ item }) => calls.get(item.id) === 3);
        expect(new Set(last.map(({ item }) => item.id)).size).toBe(12);
        expect(recorder.seen.every(({ attempt }) => attempt === 1)).toBe(true);
        expectExactlyOnce(await valuesOf(world.streams, copies), makeItems(12, 4));
        expect(entries.map(({ outcome, attempt }) => [outcome, attempt])).toEqual(
          Array.from({ length: 12 }, () => ['handled', 1]),
        );
      },
    );

    test('goes on counting after a crash', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const [group, id] = [world.name('g'), 'k0-4'];
      await world.streams.publish(items, makeItems(10, 1));
      const victim = world.start(
        groupScript({
          group,
          topics: [items.name],
          delivery: 'at-least-once',
          attempts: 50,
          mishaps: [
            { kind: 'throw', id, times: 3 },
            { kind: 'hold', id },
          ],
        }),
      );
      expect(await victim.until('holding')).toMatchObject({ id });
      await victim.kill();
      const attempted: number[] = [];
      const handle: Parameters<typeof record>[3] = ({ value, attempt }) => {
        if (value.id === id) attempted.push(attempt);
      };
      const successor = await record(world, group, [items], handle);
      await successor.running.caughtUp();
      expect(attempted).toHaveLength(1);
      expect(attempted[0]).toBeGreaterThanOrEqual(4);
    });
  });
}
