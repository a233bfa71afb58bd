import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { outputTopic } from '../member/items.ts';
import { all, valuesOf } from '../support/collect.ts';
import { makeItems } from '../support/items.ts';
import type { MemberProcess } from '../support/member-process.ts';
import { finish, groupScript } from '../support/scripts.ts';
import { waitFor, within } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

const leaseMs = 600;
const published = makeItems(60, 60);
const ids = published.map(({ id }) => id).toSorted();

/** Competing groups whose members die or are slow. */
export function describeCompetingCrashes(harness: Harness): void {
  if (!harness.capabilities.competing) return;
  describe('competing groups', () => {
    test('set a message aside that kills its process each time', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const group = world.name('g');
      const given = {
        group,
        topics: [items.name],
        mode: 'competing',
        delivery: 'at-least-once',
        attempts: 2,
        leaseMs: 500,
      } as const;
      const script = groupScript({
        ...given,
        mishaps: [{ kind: 'crash', point: 'before-handling', id: 'k7-0' }],
      });
      await world.streams.publish(items, published);
      const dying: MemberProcess[] = [];
      for (let attempt = 1; attempt <= 2; attempt++) {
        const victim = world.start(script);
        dying.push(victim);
        expect(await within('the member dies', victim.gone)).toMatchObject({ signal: 'SIGKILL' });
      }
      const survivor = world.start(script);
      await finish(survivor);
      const handled = new Set(
        [...dying, survivor].flatMap((member) => member.said('handled').map(({ id }) => id)),
      );
      expect([...handled].toSorted()).toEqual(ids.filter((id) => id !== 'k7-0'));
      const letters = await all(world.streams.admin.deadLetters(group));
      expect(letters.map(({ record: kept, attempts }) => [kept.headers.id, attempts])).toEqual([['k7-0', 2]]);
    });

    test('have a member that slept past its lease work again when it wakes', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const script = groupScript({
        group: world.name('g'),
        mode: 'competing',
        topics: [items.name],
        delivery: 'at-least-once',
        leaseMs,
      });
      const sleeper = world.start(script);
      const { member } = await sleeper.until('running');
      await world.pause(sleeper);
      await waitFor('the sleeper is dead-lettered', async () => {
        const { members } = await world.driver.admin.describeGroup(script.group);
        return !members.some((each) => each.member === member);
      });
      // Whoever enters the group removes what is silent in it.
      const other = world.start(script);
      await other.until('running');
      other.terminate();
      await within('the other member ends', other.gone);
      sleeper.resume();
      await world.streams.publish(items, published);
      await finish(sleeper);
      expect(new Set(sleeper.said('handled').map(({ id }) => id)).size).toBe(published.length);
    });

    if (harness.capabilities.competingExactlyOnce)
      test('send each output once when exactly-once, under random kills', async () => {
        await using world = await openWorld(harness);
        const [items, copies] = [await world.topic(2), outputTopic((await world.topic(2)).name)];
        const many = makeItems(1_200, 40);
        const script = groupScript({
          group: world.name('g'),
          mode: 'competing',
          topics: [items.name],
          delivery: 'exactly-once',
          batch: 10,
          concurrency: 4,
          attempts: 50,
          leaseMs: 500,
          effect: { kind: 'copy', to: copies.name },
        });
        const steady = world.start(script);
        for (let kill = 0; kill < 5; kill++) {
          const victim = world.start(script);
          await victim.until('running');
          const enough = Math.ceil(Math.random() * 60);
          const publishing = world.streams.publish(items, many.slice(kill * 240, (kill + 1) * 240));
          await waitFor('the victim is at work, or there is no work left', async () => {
            if (victim.said('handled').length >= enough) return true;
            await publishing;
            return (await world.streams.admin.lag(script.group)) === 0;
          });
          await victim.kill();
          await publishing;
        }
        await finish(steady);
        expect((await valuesOf(world.streams, copies)).map(({ id }) => id).toSorted()).toEqual(
          many.map(({ id }) => id).toSorted(),
        );
      });
  });
}
