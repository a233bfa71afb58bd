import { on, topic } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { all } from '../support/collect.ts';
import { makeItems } from '../support/items.ts';
import { within } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

/** Accepts whole numbers from 0, as a Standard Schema of its own. */
const counts = {
  '~standard': {
    version: 1,
    vendor: 'contract',
    validate: (value: unknown) =>
      Number.isInteger(value) && Number(value) >= 0
        ? { value: Number(value) }
        : { issues: [{ message: `${JSON.stringify(value)} is no count` }] },
  },
} as const;

/** What handlers may send, and where. */
export function describeOutputs(harness: Harness): void {
  describe('outputs', () => {
    test('that their own topic refuses fail the message, not its readers', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const numbers = topic<number>((await world.topic(1)).name, { schema: counts });
      await world.streams.publish(items, makeItems(4, 1));
      const running = await world.run({
        group: world.name('g'),
        mode: 'partitioned',
        delivery: 'at-least-once',
        routes: [
          on(items, ({ value }, context) =>
            context.send(numbers, value.sequence === 2 ? -1 : value.sequence),
          ),
        ],
      });
      await running.caughtUp();
      const sent = await all(world.streams.read(numbers, { to: 'now' }));
      expect(sent.map(({ value }) => value)).toEqual([0, 1, 3]);
      const letters = await all(world.streams.admin.deadLetters(running.group));
      expect(letters.map(({ code, error }) => [code, error])).toEqual([
        ['INVALID_RECORD', expect.stringContaining('-1 is no count')],
      ]);
    });

    test('that cannot be stored end the group, which says where', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const missing = topic<string>(world.name('missing'));
      const [group, start] = [world.name('g'), makeItems(3, 1)];
      const positions = await world.streams.publish(items, start);
      const running = await world.run({
        group,
        mode: 'partitioned',
        delivery: 'at-least-once',
        batch: 1,
        routes: [
          on(items, ({ value }, context) => {
            if (value.sequence === 1) context.send(missing, 'x');
          }),
        ],
      });
      const ended = within('the group ends', running.finished);
      await expect(ended).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC', group, position: positions[1] });
      await expect(ended).rejects.toThrow(new RegExp(`group ${group} at ${items.name}:0:.*${missing.name}`));
    });

    test('that are declared are looked up when the group joins', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      const run = (outputs: readonly { readonly name: string }[]) =>
        world.run({
          group: world.name('g'),
          mode: 'partitioned',
          delivery: 'at-least-once',
          outputs,
          routes: [on(items, (_message, context) => context.send(topic<string>('elsewhere'), 'x'))],
        });
      await expect(run([topic(world.name('missing'))])).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
      const running = await run([items]);
      await world.streams.publish(items, makeItems(1, 1));
      await running.caughtUp();
      const letters = await all(world.streams.admin.deadLetters(running.group));
      expect(letters.map(({ code }) => code)).toEqual(['INVALID_ARGUMENT']);
    });

    test('are created and described by their declaration', async () => {
      await using world = await openWorld(harness);
      const declared = topic<string>(world.name('t'));
      await world.streams.admin.ensureTopics([{ topic: declared, partitions: 2 }]);
      expect((await world.streams.admin.describe(declared)).partitions).toHaveLength(2);
      await world.streams.admin.deleteTopic(declared);
      expect(await world.streams.admin.topics()).not.toContain(declared.name);
    });
  });
}
