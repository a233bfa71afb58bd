import { type Context, formatPosition, type Message, on, type Position, Rejected } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { type Item, outputTopic } from '../member/items.ts';
import { all, valuesOf } from '../support/collect.ts';
import { record } from '../support/group.ts';
import { expectExactlyOnce, makeItems } from '../support/items.ts';
import { textOf } from '../support/records.ts';
import { reject, rejectedIds } from '../support/reject.ts';
import { clockTick, within } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

const published = makeItems(20, 4);
const accepted = published.filter(({ id }) => !rejectedIds.has(id));

export function describeDeadLetters(harness: Harness): void {
  // At least once a letter may come twice: where a lease runs out between its append and the commit of its message.
  const once = { delivery: harness.capabilities.atomicCommit ? 'exactly-once' : 'at-least-once' } as const;
  describe('dead letters', () => {
    test('take a rejected message at once, as it was, with where it came from and why', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const group = world.name('g');
      const positions = await world.streams.publish(items, published, { headers: { trace: 'abc' } });
      const recorder = await record(world, group, [items], reject, once);
      await recorder.running.caughtUp();
      expectExactlyOnce(recorder.items(), accepted);
      const letters = await all(world.streams.admin.deadLetters(group));
      expect(letters.map(({ origin }) => origin)).toEqual(
        positions.filter((_, index) => rejectedIds.has(published[index]?.id ?? '')),
      );
      for (const { record: kept, code, error, attempts, failedAt, origin } of letters) {
        expect({ code, attempts, topic: origin.topic }).toEqual({
          code: 'REJECTED',
          attempts: 1,
          topic: items.name,
        });
        expect(error).toContain('never that one');
        expect(Math.abs(Date.now() - failedAt.getTime())).toBeLessThan(600_000);
        const item: { id: string; key: string } = JSON.parse(textOf(kept));
        expect(kept.headers).toMatchObject({ id: item.id, trace: 'abc' });
        expect(Buffer.from(kept.key ?? []).toString()).toBe(item.key);
      }
    });

    test('are read again and again, and no more than asked for', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      const group = world.name('g');
      await world.streams.publish(items, published);
      const recorder = await record(world, group, [items], reject, once);
      await recorder.running.caughtUp();
      const letters = await all(world.streams.admin.deadLetters(group));
      expect(letters).toHaveLength(3);
      expect(await all(world.streams.admin.deadLetters(group))).toEqual(letters);
      expect(await all(world.streams.admin.deadLetters(group, { limit: 2 }))).toEqual(letters.slice(0, 2));
    });

    test('drop what the failing handler had sent', async () => {
      await using world = await openWorld(harness);
      const [items, copies] = [await world.topic(1), outputTopic((await world.topic(1)).name)];
      await world.streams.publish(items, published);
      const handle = (message: Message<Item>, context: Context): void => {
        context.send(copies, {
          ...message.value,
          count: 0,
          pid: 0,
          from: 0,
          epoch: 0,
          attempt: message.attempt,
        });
        reject(message);
      };
      const recorder = await record(world, world.name('g'), [items], handle, once);
      await recorder.running.caughtUp();
      expectExactlyOnce(
        (await valuesOf(world.streams, copies)).map(({ id, key, sequence }) => ({ id, key, sequence })),
        accepted,
      );
    });

    test('come oldest first, whichever partition they are of', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(3);
      const group = world.name('g');
      const rejectAll = (): never => {
        throw new Rejected('none at all');
      };
      const recorder = await record(world, group, [items], rejectAll, once);
      const rejected = makeItems(12, 12);
      const origins: (Position | undefined)[] = [];
      for (const item of rejected) {
        origins.push(...(await world.streams.publish(items, [item])));
        await recorder.running.caughtUp();
        await clockTick();
      }
      const letters = await all(world.streams.admin.deadLetters(group));
      expect(letters.map(({ origin, record: { headers } }) => ({ id: headers.id, origin }))).toEqual(
        rejected.map(({ id }, index) => ({ id, origin: origins[index] })),
      );
    });

    test('can be switched off: the group ends at the message and keeps it', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const group = world.name('g');
      const positions = await world.streams.publish(items, published);
      const first = await record(world, group, [items], reject, { deadLetter: false });
      const position = positions[published.findIndex(({ id }) => rejectedIds.has(id))];
      const ended = within('the group ends', first.running.finished);
      await expect(ended).rejects.toMatchObject({
        code: 'HANDLER_FAILED',
        cause: { code: 'REJECTED' },
        group,
        position,
      });
      await expect(ended).rejects.toThrow(`group ${group} stops at ${position && formatPosition(position)}`);
      expect(first.running.state()).toBe('failed');
      const second = await record(world, group, [items]);
      await second.running.caughtUp();
      expectExactlyOnce([...first.items(), ...second.items()], published);
      expect(await all(world.streams.admin.deadLetters(group))).toEqual([]);
    });

    test('are not needed at-most-once: a failing message was acknowledged before and is not attempted again', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      await world.streams.publish(items, published);
      const attempted: string[] = [];
      const running = await world.run({
        group: world.name('g'),
        mode: 'partitioned',
        delivery: 'at-most-once',
        routes: [
          on(items, (message) => {
            attempted.push(message.value.id);
            reject(message);
          }),
        ],
      });
      await running.caughtUp();
      await running.stop();
      expect(attempted).toEqual(published.map(({ id }) => id));
    });
  });
}
