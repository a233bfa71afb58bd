import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { type Output, outputTopic } from '../member/items.ts';
import type { Effect, GroupScript } from '../member/script.ts';
import { groupCommands } from '../model/group-commands.ts';
import { emptyModel, type GroupModel, type RealGroup } from '../model/group-model.ts';
import { valuesOf } from '../support/collect.ts';
import { expectAtLeastOnce, expectExactlyOnce } from '../support/items.ts';
import { finish, groupScript } from '../support/scripts.ts';
import { openWorld, type World } from '../support/world.ts';

const partitions = 3;
const runs = { 'at-most-once': 2, 'at-least-once': 3, 'exactly-once': 5 } as const;

/** Members come, go, die and sleep at random; whatever happens, each delivery mode keeps its promise. */
export function describeModel(harness: Harness): void {
  const { atomicStep } = harness.capabilities;
  const deliveries = atomicStep
    ? (['at-most-once', 'at-least-once', 'exactly-once'] as const)
    : (['at-most-once', 'at-least-once'] as const);

  describe('a group to which anything may happen', () => {
    test.each(deliveries)('keeps its promise, %s', { timeout: 300_000 }, async (delivery) => {
      await fc.assert(
        fc.asyncProperty(groupCommands(), async (commands) => {
          await using world = await openWorld(harness);
          const model = emptyModel();
          const { real, sent } = await prepare(world, delivery);
          await fc.asyncModelRun(() => ({ model, real }), commands);
          await settle(model, real);
          expectPromise(delivery, await sent(), model);
        }),
        { numRuns: runs[delivery], endOnFailure: true },
      );
    });
  });
}

async function prepare(
  world: World,
  delivery: GroupScript['delivery'],
): Promise<{ real: RealGroup; sent: () => Promise<Output[]> }> {
  const [items, outputs] = [await world.topic(partitions), outputTopic((await world.topic(1)).name)];
  const to = outputs.name;
  const effect: Effect =
    delivery === 'exactly-once' ? { kind: 'count', to, store: 'counts' } : { kind: 'copy', to };
  const script = groupScript({
    group: world.name('g'),
    topics: [items.name],
    delivery,
    effect,
    batch: 9,
    concurrency: 2,
    attempts: 100,
  });
  return {
    real: { streams: world.streams, items, members: [], start: () => world.start(script) },
    sent: () => valuesOf(world.streams, outputs),
  };
}

/** Wakes all sleepers and lets one more member finish what there is. */
async function settle(model: GroupModel, real: RealGroup): Promise<void> {
  const alive = [...model.awake, ...model.paused].flatMap((number) => real.members[number] ?? []);
  for (const member of alive) member.resume();
  const last = real.start();
  await last.until('running');
  await Promise.all([...alive, last].map(finish));
}

function expectPromise(
  delivery: keyof typeof runs,
  sent: readonly Output[],
  { published }: GroupModel,
): void {
  switch (delivery) {
    case 'at-most-once':
      expect(sent.map(({ id }) => id).toSorted()).toEqual([...new Set(sent.map(({ id }) => id))].toSorted());
      return;
    case 'at-least-once':
      expectAtLeastOnce(sent, published);
      return;
    case 'exactly-once':
      expectExactlyOnce(sent, published);
      expect(sent.filter(({ count, sequence }) => count !== sequence + 1)).toEqual([]);
      expectOneOwner(sent);
      return;
    default:
      unknownDelivery(delivery);
  }
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
