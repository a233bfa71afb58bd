import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { type Item, type Output, outputTopic } from '../member/items.ts';
import type { Effect, GroupScript } from '../member/script.ts';
import { groupCommands } from '../model/group-commands.ts';
import { emptyModel, type GroupModel, type RealGroup } from '../model/group-model.ts';
import { valuesOf } from '../support/collect.ts';
import { expectAtLeastOnce, expectExactlyOnce } from '../support/items.ts';
import { finish, groupScript } from '../support/scripts.ts';
import { openWorld, type World } from '../support/world.ts';

const partitions = 3;
const runs = { 'at-most-once': 1, 'at-least-once': 2, 'exactly-once': 4 } as const;

type Promised = Pick<GroupScript, 'mode'> & { readonly delivery: keyof typeof runs };

/** Members come, go, die and sleep at random; whatever happens, each delivery mode keeps its promise. */
export function describeModel(harness: Harness): void {
  const { atomicCommit, competing, competingExactlyOnce } = harness.capabilities;
  const deliveries = ['at-most-once', 'at-least-once', 'exactly-once'] as const;
  const exactlyOnce = { partitioned: atomicCommit, competing: competingExactlyOnce };
  const modes = competing ? (['partitioned', 'competing'] as const) : (['partitioned'] as const);
  const promises: readonly Promised[] = modes.flatMap((mode) =>
    deliveries
      .filter((delivery) => exactlyOnce[mode] || delivery !== 'exactly-once')
      .map((delivery) => ({ mode, delivery })),
  );

  describe('a group to which anything may happen', () => {
    test.each(promises)('keeps its promise, $mode and $delivery', { timeout: 600_000 }, async (promised) => {
      await fc.assert(
        fc.asyncProperty(groupCommands(), async (commands) => {
          await using world = await openWorld(harness);
          const model = emptyModel();
          const { real, sent } = await prepare(world, promised);
          await fc.asyncModelRun(() => ({ model, real }), commands);
          await acknowledge(model, real);
          expectPromise(promised, await sent(), model);
        }),
        { numRuns: runs[promised.delivery], endOnFailure: true },
      );
    });
  });
}

async function prepare(
  world: World,
  { mode, delivery }: Promised,
): Promise<{ real: RealGroup; sent: () => Promise<Output[]> }> {
  const [items, outputs] = [await world.topic(partitions), outputTopic((await world.topic(1)).name)];
  const to = outputs.name;
  const counts = mode === 'partitioned' && delivery === 'exactly-once';
  const effect: Effect = counts ? { kind: 'count', to, store: 'counts' } : { kind: 'copy', to };
  const script = groupScript({
    group: world.name('g'),
    mode,
    topics: [items.name],
    delivery,
    effect,
    batch: 9,
    concurrency: 2,
    attempts: 100,
  });
  return {
    real: {
      streams: world.streams,
      items,
      members: [],
      start: () => world.start(script),
      pause: (child) => world.pause(child),
    },
    sent: () => valuesOf(world.streams, outputs),
  };
}

/** Wakes all sleepers and lets one more member finish what there is. */
async function acknowledge(model: GroupModel, real: RealGroup): Promise<void> {
  const alive = [...model.awake, ...model.paused].flatMap((number) => real.members[number] ?? []);
  for (const member of alive) member.resume();
  const last = real.start();
  await last.until('running');
  await Promise.all([...alive, last].map(finish));
}

function expectPromise(
  { mode, delivery }: Promised,
  sent: readonly Output[],
  { published }: GroupModel,
): void {
  const ids = sent.map(({ id }) => id).toSorted();
  const all = published.map(({ id }) => id).toSorted();
  switch (delivery) {
    case 'at-most-once':
      expect(ids).toEqual([...new Set(ids)]);
      return;
    case 'at-least-once':
      expect([...new Set(ids)]).toEqual(all);
      if (mode === 'partitioned') expectAtLeastOnce(sent, published);
      return;
    case 'exactly-once':
      expect(ids).toEqual(all);
      if (mode === 'partitioned') expectOrder(sent, published);
      return;
    default:
      unknownDelivery(delivery);
  }
}

function expectOrder(sent: readonly Output[], published: readonly Item[]): void {
  expectExactlyOnce(sent, published);
  expect(sent.filter(({ count, sequence }) => count !== sequence + 1)).toEqual([]);
  expectOneOwner(sent);
}

/** The outputs lie in the order of their commits: per partition the epoch only grows, and each belongs to one process. */
function expectOneOwner(sent: readonly Output[]): void {
  for (const commits of Map.groupBy(sent, ({ from }) => from).values()) {
    const epochs = commits.map(({ epoch }) => epoch);
    expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
    for (const same of Map.groupBy(commits, ({ epoch }) => epoch).values())
      expect(new Set(same.map(({ pid }) => pid)).size).toBe(1);
  }
}

function unknownDelivery(never: never): never {
  throw new TypeError(`unknown delivery ${String(never)}`);
}
