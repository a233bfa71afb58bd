import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import type { Item, Output } from '../member/items.ts';
import { outputTopic } from '../member/items.ts';
import type { CrashPoint, Effect, GroupScript } from '../member/script.ts';
import { valuesOf } from '../support/collect.ts';
import { expectAtLeastOnce, expectAtMostOnce, expectExactlyOnce, makeItems } from '../support/items.ts';
import { finish, groupScript } from '../support/scripts.ts';
import { within } from '../support/wait-for.ts';
import { openWorld, type World } from '../support/world.ts';

const points: readonly CrashPoint[] = [
  'before-handling',
  'after-handling',
  'before-commit',
  'during-commit',
  'after-commit',
];
const published = makeItems(40, 4);
const victimId = 'k1-3';

/** What is handled and what is sent on when a member dies at each point of its work. */
export function describeDelivery(harness: Harness): void {
  describe.each(points)('a member that is killed %s', (point) => {
    test('repeats nothing when at-most-once, and the rest goes on', async () => {
      await using world = await openWorld(harness);
      const { begun, outputs } = await crash(world, 'at-most-once', point);
      expectAtMostOnce(begun);
      expectAtMostOnce(outputs);
      expect(begun.at(-1)).toEqual(published.at(-1));
    });

    test('loses nothing when at-least-once, and key order holds', async () => {
      await using world = await openWorld(harness);
      const { handled, outputs } = await crash(world, 'at-least-once', point);
      expectAtLeastOnce(handled, published);
      expectAtLeastOnce(outputs, published);
    });

    if (!harness.capabilities.atomicCommit) return;

    test('loses and repeats nothing when exactly-once', async () => {
      await using world = await openWorld(harness);
      const { outputs } = await crash(world, 'exactly-once', point);
      expectExactlyOnce(outputs.map(itemOf), published);
      expect(outputs.map(({ count }) => count)).toEqual(outputs.map(({ sequence }) => sequence + 1));
    });
  });

  if (harness.capabilities.atomicCommit) return;

  test('exactly-once is refused with the reason', async () => {
    await using world = await openWorld(harness);
    const items = await world.topic(1);
    const run = world.run({
      group: world.name('g'),
      mode: 'partitioned',
      delivery: 'exactly-once',
      routes: [],
    });
    await expect(run).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(run).rejects.toThrow(harness.capabilities.lacks.atomicStep ?? `a reason for ${items.name}`);
  });
}

interface Aftermath {
  /** What handlers began, over both members, in order. */
  readonly begun: readonly Item[];
  readonly handled: readonly Item[];
  readonly outputs: readonly Output[];
}

/** One member dies at the point, another finishes. */
async function crash(world: World, delivery: GroupScript['delivery'], point: CrashPoint): Promise<Aftermath> {
  const items = await world.topic(1);
  const outputs = outputTopic((await world.topic(1)).name);
  const to = outputs.name;
  const effect: Effect =
    delivery === 'exactly-once' ? { kind: 'count', to, store: 'counts' } : { kind: 'copy', to };
  const given = { group: world.name('g'), topics: [items.name], delivery, batch: 10, effect };
  await world.streams.publish(items, published);
  const victim = world.start(groupScript({ ...given, mishaps: [{ kind: 'crash', point, id: victimId }] }));
  expect(await within('the member dies', victim.gone)).toMatchObject({ signal: 'SIGKILL' });
  const successor = world.start(groupScript(given));
  await finish(successor);
  return {
    begun: [...victim.said('handling'), ...successor.said('handling')].map(itemOf),
    handled: [...victim.said('handled'), ...successor.said('handled')].map(itemOf),
    outputs: await valuesOf(world.streams, outputs),
  };
}

function itemOf({ id, key, sequence }: Item): Item {
  return { id, key, sequence };
}
