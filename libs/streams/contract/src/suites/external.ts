import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { openLedger } from '../member/ledger.ts';
import { expectExactlyOnce, makeItems } from '../support/items.ts';
import { finish, groupScript } from '../support/scripts.ts';
import { waitFor, within } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

const published = makeItems(60, 6);

/** Positions in another database: a SQLite file that the members' handlers write. */
export function describeExternal(harness: Harness): void {
  describe('external positions', () => {
    test.each(['before-handling', 'after-handling'] as const)(
      'save everything once when a member is killed %s',
      async (point) => {
        await using world = await openWorld(harness);
        const items = await world.topic(2);
        await world.streams.publish(items, published);
        using ledger = openLedger(world.file('ledger.db'));
        const given = scriptOf(world.name('g'), items.name, world.file('ledger.db'));
        const victim = world.start(
          groupScript({ ...given, mishaps: [{ kind: 'crash', point, id: 'k2-4' }] }),
        );
        expect(await within('the member dies', victim.gone)).toMatchObject({ signal: 'SIGKILL' });
        await finish(world.start(groupScript(given)));
        expectExactlyOnce(ledger.items(), published);
      },
    );

    test("roll a zombie's batch back whole", async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(1);
      await world.streams.publish(items, published);
      const wake = world.file('wake');
      using ledger = openLedger(world.file('ledger.db'));
      const given = scriptOf(world.name('g'), items.name, world.file('ledger.db'));
      const zombie = world.start(
        groupScript({ ...given, mishaps: [{ kind: 'block', id: 'k3-5', file: wake }] }),
      );
      await zombie.until('holding');
      const successor = world.start(groupScript(given));
      await waitFor('the new owner has saved the batch', () =>
        ledger.items().some(({ id }) => id === 'k3-5'),
      );
      writeFileSync(wake, '');
      await zombie.until('lease-ended');
      await zombie.kill();
      await finish(successor);
      expectExactlyOnce(ledger.items(), published);
    });

    test('survive random kills', async () => {
      await using world = await openWorld(harness);
      const items = await world.topic(2);
      using ledger = openLedger(world.file('ledger.db'));
      const given = scriptOf(world.name('g'), items.name, world.file('ledger.db'));
      const many = makeItems(1_500, 20);
      await world.streams.publish(items, many);
      for (let kill = 0; kill < 5; kill++) {
        const enough = ledger.items().length + Math.ceil(Math.random() * 200);
        const victim = world.start(groupScript(given));
        await waitFor('some batches are saved', () => ledger.items().length >= enough);
        await victim.kill();
      }
      await finish(world.start(groupScript(given)));
      expectExactlyOnce(ledger.items(), many);
    });
  });
}

function scriptOf(group: string, topic: string, file: string): Parameters<typeof groupScript>[0] {
  return { group, topics: [topic], delivery: 'external', effect: { kind: 'save', file }, batch: 8 };
}
