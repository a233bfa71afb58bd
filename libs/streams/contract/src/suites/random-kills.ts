import type { Topic } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { type Item, type Output, outputTopic } from '../member/items.ts';
import { valuesOf } from '../support/collect.ts';
import { expectExactlyOnce, makeItems } from '../support/items.ts';
import { finish, groupScript } from '../support/scripts.ts';
import { waitFor, within } from '../support/wait-for.ts';
import { openWorld, type World } from '../support/world.ts';

const published = makeItems(4_000, 60);
const kills = 10;
const perKill = published.length / kills;
const partitions = 4;

/** Exactly-once, counted: thousands of messages, two members, one of which is killed again and again. */
export function describeRandomKills(harness: Harness): void {
  if (!harness.capabilities.atomicCommit) return;
  describe('exactly-once under random kills', () => {
    test('adds up: outputs, state, positions and remembered ids', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(partitions);
      const outputs = outputTopic((await world.topic(partitions)).name);
      const group = world.name('g');
      const script = groupScript({
        group,
        topics: [items.name],
        delivery: 'exactly-once',
        effect: { kind: 'count', to: outputs.name, store: 'counts' },
        dedupe: 10_000,
        batch: 20,
        concurrency: 4,
      });
      const members = [world.start(script), world.start(script)];
      await Promise.all(members.map((member) => member.until('running')));
      for (let kill = 0; kill < kills; kill++) {
        const publishing = publishTwice(world, items, published.slice(kill * perKill, (kill + 1) * perKill));
        const victim = members[kill % members.length];
        const enough = Math.ceil(Math.random() * perKill * 0.6);
        await waitFor('the victim is at work, or there is no work left', async () => {
          if ((victim?.said('handled').length ?? 0) >= enough) return true;
          await publishing;
          return (await world.streams.admin.lag(group)) === 0;
        });
        await victim?.kill();
        members[kill % members.length] = world.start(script);
        await publishing;
      }
      await Promise.all(members.map((member) => finish(member)));

      const stored: Output[] = await valuesOf(world.streams, outputs);
      expectExactlyOnce(stored, published);
      expect(stored.filter(({ count, sequence }) => count !== sequence + 1)).toEqual([]);
      const { partitions: positions } = await world.driver.admin.describeGroup(group);
      expect(positions.filter(({ lag, pending }) => (lag ?? 0) + (pending ?? 0) > 0)).toEqual([]);
      const { partitions: ends } = await world.driver.admin.describe(items.name);
      expect(positions.map(({ committed }) => committed)).toEqual(ends.map(({ last }) => last));
    });

    test('adds up when a member dies in the middle of a commit, again and again', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const outputs = outputTopic((await world.topic(2)).name);
      const few = makeItems(400, 5);
      await world.streams.publish(items, few);
      const given = {
        group: world.name('g'),
        topics: [items.name],
        delivery: 'exactly-once',
        effect: { kind: 'count', to: outputs.name, store: 'counts' },
        batch: 10,
        leaseMs: 500,
      } as const;
      for (let kill = 0; kill < kills; kill++) {
        const id = `k${kill % 5}-${kill * 7 + 3}`;
        const victim = world.start(
          groupScript({ ...given, mishaps: [{ kind: 'crash', point: 'during-commit', id }] }),
        );
        await within('the member dies', victim.gone);
      }
      await finish(world.start(groupScript(given)));
      const stored = await valuesOf(world.streams, outputs);
      expectExactlyOnce(stored, few);
      expect(stored.filter(({ count, sequence }) => count !== sequence + 1)).toEqual([]);
    });
  });
}

/** Every event twice, as by a client that repeats its request. */
async function publishTwice(world: World, items: Topic<Item>, values: readonly Item[]): Promise<void> {
  for (let from = 0; from < values.length; from += 40) {
    const part = values.slice(from, from + 40);
    await world.streams.publish(items, part, { acks: 'leader' });
    await world.streams.publish(items, part, { acks: 'leader' });
  }
}
