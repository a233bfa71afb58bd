import { on, type Topic } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { describe, expect } from 'vitest';
import type { Harness } from '../harness.ts';
import { type Item, outputTopic } from '../member/items.ts';
import { valuesOf } from '../support/collect.ts';
import { balanced, record } from '../support/group.ts';
import { expectAtLeastOnce, expectExactlyOnce, makeItems } from '../support/items.ts';
import { publishStubbornly } from '../support/publish-stubbornly.ts';
import { finish, groupScript } from '../support/scripts.ts';
import { testFault } from '../support/test-fault.ts';
import { waitFor, within } from '../support/wait-for.ts';
import { openWorld, type World } from '../support/world.ts';

const rounds = 8;
const perRound = 250;
const published = makeItems(rounds * perRound, 40);

/** Faults of the backend and of the way there. They hit every client, so these tests run alone. */
export function describeFaults(harness: Harness): void {
  const { cutConnections, outage, loseGroup } = harness.faults;
  const { atomicCommit: atomicStep, idempotentAppend } = harness.capabilities;
  const delivery = atomicStep ? 'exactly-once' : 'at-least-once';
  const expectAll = atomicStep ? expectExactlyOnce : expectAtLeastOnce;
  const producerOf = (world: World): string | undefined => (idempotentAppend ? world.name('p') : undefined);

  async function prepare(world: World): Promise<{
    readonly items: Topic<Item>;
    readonly script: ReturnType<typeof groupScript>;
    readonly sent: () => Promise<Item[]>;
  }> {
    const [items, outputs] = [await world.topic(2), outputTopic((await world.topic(2)).name)];
    const script = groupScript({
      group: world.name('g'),
      topics: [items.name],
      delivery,
      leaseMs: 2_000,
      dedupe: 10_000,
      effect: { kind: 'copy', to: outputs.name },
    });
    return { items, script, sent: () => valuesOf(world.streams, outputs) };
  }

  describe('faults', () => {
    testFault(
      'connections that are cut again and again lose, repeat and reorder nothing',
      cutConnections,
      async (cut) => {
        await using world = await openWorld(harness);
        const { items, script, sent } = await prepare(world);
        const member = world.start(script);
        for (let round = 0; round < rounds; round++) {
          const part = published.slice(round * perRound, (round + 1) * perRound);
          const publishing = publishStubbornly(world.streams, items, part, producerOf(world));
          await waitFor('the member is at work', () => member.said('handled').length > round * perRound);
          await cut();
          await publishing;
        }
        await finish(member);
        expectAll(await sent(), published);
      },
    );

    testFault('a backend that is away when a member starts is waited for', outage, async (takeAway) => {
      await using world = await openWorld(harness);
      const { items, script, sent } = await prepare(world);
      await publishStubbornly(world.streams, items, published, producerOf(world));
      const down = await takeAway();
      const member = world.start(script);
      await member.until('starting');
      await down[Symbol.asyncDispose]();
      await finish(member);
      expectAll(await sent(), published);
    });

    testFault('a backend that goes away before a member joins is waited for', outage, async (takeAway) => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      await publishStubbornly(world.streams, items, published, producerOf(world));
      await using streams = createStreams(await world.open());
      const handled = new Set<string>();
      const down = await takeAway();
      const joining = streams.run({
        group: world.name('g'),
        mode: 'partitioned',
        delivery: 'at-least-once',
        routes: [on(items, ({ value: { id } }) => void handled.add(id))],
      });
      await down[Symbol.asyncDispose]();
      const running = await within('the member joins', joining);
      await running.caughtUp();
      expect(handled.size).toBe(published.length);
    });

    testFault(
      'a backend that goes away is waited for, and nothing acknowledged is lost',
      outage,
      async (takeAway) => {
        await using world = await openWorld(harness);
        const items = await world.topic(2);
        const recorder = await record(world, world.name('g'), [items], undefined, {
          delivery,
          leaseMs: 2_000,
        });
        await balanced([recorder], 2);
        const [first, second] = [published.slice(0, 1_000), published.slice(1_000)];
        await publishStubbornly(world.streams, items, first, producerOf(world));
        await waitFor('the member is at work', () => recorder.seen.length > 0);
        const down = await takeAway();
        await waitFor('the member says it', () => recorder.running.state() === 'degraded');
        await down[Symbol.asyncDispose]();
        await publishStubbornly(world.streams, items, second, producerOf(world));
        await waitFor(
          'all is handled',
          () => new Set(recorder.items().map(({ id }) => id)).size === published.length,
        );
        await recorder.running.caughtUp();
        expect(recorder.running.state()).toBe('running');
        expectAtLeastOnce(recorder.items(), published);
      },
    );

    testFault(
      'a group that is lost is made again where it was, and the loss is reported',
      loseGroup,
      async (lose) => {
        await using world = await openWorld(harness);
        const items = await world.topic(1);
        const group = world.name('g');
        const kinds: string[] = [];
        const handled: string[] = [];
        world.driver.onNotice(({ kind }) => kinds.push(kind));
        await using streams = createStreams(world.driver);
        await streams.run({
          group,
          mode: 'partitioned',
          delivery: 'at-least-once',
          routes: [on(items, ({ value: { id } }) => void handled.push(id))],
        });
        const [before, after] = [published.slice(0, 100), published.slice(100, 200)];
        await streams.publish(items, before);
        await waitFor('the first are acknowledged', async () => (await streams.admin.lag(group)) === 0);
        await lose(group);
        await streams.publish(items, after);
        await waitFor('the group goes on', () => handled.includes(after.at(-1)?.id ?? ''));
        expect(handled).toEqual([...before, ...after].map(({ id }) => id));
        expect(kinds).toContain('group-recreated');
      },
    );
  });
}
