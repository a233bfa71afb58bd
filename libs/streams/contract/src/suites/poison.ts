import type { DeadLetter } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { outputTopic } from '../member/items.ts';
import type { GroupScript } from '../member/script.ts';
import { all, valuesOf } from '../support/collect.ts';
import { record } from '../support/group.ts';
import { expectExactlyOnce, makeItems } from '../support/items.ts';
import type { MemberProcess } from '../support/member-process.ts';
import { makeRecord } from '../support/records.ts';
import { finish, groupScript } from '../support/scripts.ts';
import { within } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

const published = makeItems(30, 3);
const poisonId = 'k1-4';
const attempts = 3;

/** Messages that can never be handled end in the dead letters, and the rest goes on. */
export function describePoison(harness: Harness): void {
  const deliveries: readonly GroupScript['delivery'][] = harness.capabilities.atomicCommit
    ? ['at-least-once', 'exactly-once']
    : ['at-least-once'];

  describe('poison', () => {
    test.each(deliveries)('that throws each time is set aside after its attempts, %s', async (delivery) => {
      await using world = await openWorld(harness);
      const [items, copies] = [await world.topic(1), outputTopic((await world.topic(1)).name)];
      const group = world.name('g');
      const positions = await world.streams.publish(items, published);
      const member = world.start(
        groupScript({
          group,
          topics: [items.name],
          delivery,
          attempts,
          // A lease that ran out would hand the message out again, which is no attempt.
          leaseMs: 10_000,
          effect: { kind: 'copy', to: copies.name },
          mishaps: [{ kind: 'throw', id: poisonId, times: 1_000 }],
        }),
      );
      await finish(member);
      const [letter, ...others] = await all(world.streams.admin.deadLetters(group));
      expect(others).toEqual([]);
      expect(letter).toMatchObject({ group, attempts, code: 'HANDLER_FAILED', origin: positions[13] });
      expect(letter?.error).toContain(`told to fail at ${poisonId}`);
      expect(
        member
          .said('handling')
          .filter(({ id }) => id === poisonId)
          .map(({ attempt }) => attempt),
      ).toEqual([1, 2, 3]);
      expectExactlyOnce(
        await valuesOf(world.streams, copies),
        published.filter(({ id }) => id !== poisonId),
      );
    });

    test('that cannot be decoded is set aside untouched', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const group = world.name('g');
      const key = Uint8Array.of(0, 255, 10);
      const value = Uint8Array.of(123, 0, 254);
      await world.streams.publish(items, published.slice(0, 5));
      const [origin] = await world.driver.append(
        [makeRecord(items.name, 0, value, { key, headers: { trace: 'abc' } })],
        { acks: 'all' },
      );
      await world.streams.publish(items, published.slice(5));
      const recorder = await record(world, group, [items], undefined, {
        retry: { attempts, delay: () => 1 },
      });
      await recorder.running.caughtUp();
      expectExactlyOnce(recorder.items(), published);
      const letters = await all(world.streams.admin.deadLetters(group));
      expect(letters).toHaveLength(1);
      expect(letters[0]).toMatchObject({ group, code: 'INVALID_RECORD', origin });
      expect(bytesOf(letters[0])).toEqual([[...key], [...value]]);
      expect(letters[0]?.record.headers).toMatchObject({ trace: 'abc' });
    });

    test.each(deliveries)(
      'that kills its process each time is set aside after its attempts, and nothing else is, %s',
      async (delivery) => {
        await using world = await openWorld(harness);
        const [items, copies] = [await world.topic(1), outputTopic((await world.topic(1)).name)];
        const group = world.name('g');
        const positions = await world.streams.publish(items, published);
        const given = {
          group,
          topics: [items.name],
          delivery,
          attempts,
          leaseMs: 500,
          effect: { kind: 'copy', to: copies.name },
        } as const;
        const script = groupScript({
          ...given,
          mishaps: [{ kind: 'crash', point: 'before-handling', id: poisonId }],
        });
        for (let attempt = 1; attempt <= attempts; attempt++)
          expect(await within('the member dies', world.start(script).gone)).toMatchObject({
            signal: 'SIGKILL',
          });
        await finish(world.start(script));
        const letters = await all(world.streams.admin.deadLetters(group));
        expect(letters.map(({ origin, attempts: attempted }) => [origin, attempted])).toEqual([
          [positions[13], attempts],
        ]);
        const copied = await valuesOf(world.streams, copies);
        const innocent = published.filter(({ id }) => id !== poisonId);
        expect(new Set(copied.map(({ id }) => id))).toEqual(new Set(innocent.map(({ id }) => id)));
        if (delivery === 'exactly-once') expectExactlyOnce(copied, innocent);
      },
    );

    test('that kills its process takes no other message with it, though there is but one attempt', async () => {
      await using world = await openWorld(harness);
      const [items, copies] = [await world.topic(1), outputTopic((await world.topic(1)).name)];
      const group = world.name('g');
      await world.streams.publish(items, published);
      const script = groupScript({
        group,
        topics: [items.name],
        delivery: 'at-least-once',
        attempts: 1,
        leaseMs: 500,
        effect: { kind: 'copy', to: copies.name },
        mishaps: [{ kind: 'crash', point: 'before-handling', id: poisonId }],
      });
      let survived = false;
      for (let life = 0; life < 4 && !survived; life++) survived = await survives(world.start(script));
      expect(survived).toBe(true);
      const letters = await all(world.streams.admin.deadLetters(group));
      expect(letters.map(({ record: { headers } }) => headers.id)).toEqual([poisonId]);
      const copied = await valuesOf(world.streams, copies);
      const innocent = published.filter(({ id }) => id !== poisonId);
      expect(new Set(copied.map(({ id }) => id))).toEqual(new Set(innocent.map(({ id }) => id)));
    });
  });
}

function bytesOf(letter: DeadLetter | undefined): [number[], number[]] {
  return [[...(letter?.record.key ?? [])], [...(letter?.record.value ?? [])]];
}

/** Whether the member lives to finish all there is. */
async function survives(member: MemberProcess): Promise<boolean> {
  member.tell('catch-up');
  const finished = member.until('caught-up').then(() => true);
  return await Promise.race([finished.catch(() => false), member.gone.then(() => false)]);
}
