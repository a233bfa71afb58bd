import { describe, expect, test } from 'vitest';
import { type Harness, reasonFor } from '../harness.ts';
import { acknowledge, compete } from '../support/compete.ts';
import { competeOptions } from '../support/join-options.ts';
import { fetchCount, never } from '../support/raw-member.ts';
import { makeRecord, makeRecords, storedTexts, textOf, textsOf } from '../support/records.ts';
import { within } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

/** Competing members, straight on the driver. */
export function describeCompeting(harness: Harness): void {
  if (!harness.capabilities.competing) {
    describeRefusal(harness);
    return;
  }
  describe('competing members', () => {
    test('take a message each, as many at a time as they ask for', async () => {
      await using world = await openWorld(harness);
      const [topic, group] = [(await world.topic(1)).name, world.name('g')];
      await world.driver.append(makeRecords(topic, 0, 3), { acks: 'leader' });
      await using first = await compete(world, group, topic);
      await using second = await compete(world, group, topic);
      await using third = await compete(world, group, topic);
      expect(textsOf(await fetchCount(first, 2))).toEqual(['0', '1']);
      expect(textsOf(await fetchCount(second, 1))).toEqual(['2']);
      const stop = new AbortController();
      const none = third.fetch(1, { signal: stop.signal });
      await world.driver.append(makeRecords(topic, 0, 1, 'fourth-'), { acks: 'leader' });
      expect(textsOf(await within('the fourth message comes', none))).toEqual(['fourth-0']);
      const waiting = third.fetch(1, { signal: stop.signal });
      stop.abort();
      expect(await within('the fetch ends', waiting)).toEqual([]);
    });

    test('hold no more unacknowledged messages than their window', async () => {
      await using world = await openWorld(harness);
      const [topic, group] = [(await world.topic(2)).name, world.name('g')];
      for (const partition of [0, 1])
        await world.driver.append(makeRecords(topic, partition, 10), { acks: 'leader' });
      await using member = await (await world.open()).compete(
        group,
        competeOptions([topic], { maxInFlight: 6 }),
      );
      const held = await fetchCount(member, 6);
      const more = member.fetch(20, { signal: never });
      await member.commit(held.slice(0, 2).map(acknowledge));
      expect((await within('settling makes room', more)).length).toBeLessThanOrEqual(2);
    });

    test('acknowledge each message whole, with its outputs', async () => {
      await using world = await openWorld(harness);
      const [topic, group, output] = [
        (await world.topic(2)).name,
        world.name('g'),
        (await world.topic(1)).name,
      ];
      for (const partition of [0, 1])
        await world.driver.append(makeRecords(topic, partition, 5), { acks: 'leader' });
      await using member = await compete(world, group, topic);
      const deliveries = await fetchCount(member, 10);
      const outputsOf = harness.capabilities.competingExactlyOnce ? [0] : [];
      const commits = deliveries.map((record) => ({
        record,
        acknowledged: true,
        outputs: outputsOf.map((partition) => makeRecord(output, partition, textOf(record))),
      }));
      expect(await member.commit(commits)).toEqual(Array(10).fill('committed'));
      expect(await storedTexts(world.driver, output)).toHaveLength(outputsOf.length * 10);
      await member[Symbol.asyncDispose]();
      await using successor = await compete(world, group, topic);
      await world.driver.append(makeRecords(topic, 0, 1, 'next-'), { acks: 'leader' });
      expect(textsOf(await fetchCount(successor, 1))).toEqual(['next-0']);
    });

    if (!harness.capabilities.competingExactlyOnce)
      test('refuse outputs with the reason, and nothing is acknowledged by that', async () => {
        await using world = await openWorld(harness);
        const [topic, group] = [(await world.topic(1)).name, world.name('g')];
        await world.driver.append(makeRecords(topic, 0, 1), { acks: 'leader' });
        await using member = await compete(world, group, topic);
        const [record] = await fetchCount(member, 1);
        if (!record) throw new Error('a record was expected');
        const refused = member.commit([
          { record, acknowledged: true, outputs: [makeRecord(topic, 0, 'output')] },
        ]);
        await expect(refused).rejects.toMatchObject({ code: 'UNSUPPORTED' });
        await expect(refused).rejects.toThrow(reasonFor(harness, 'competingExactlyOnce'));
        await member.release([record]);
        expect(textsOf(await fetchCount(member, 1))).toEqual(['0']);
        expect(await storedTexts(world.driver, topic)).toEqual(['0']);
      });

    test('give messages back untried, and another member takes them at once', async () => {
      await using world = await openWorld(harness);
      const [topic, group] = [(await world.topic(1)).name, world.name('g')];
      await world.driver.append(makeRecords(topic, 0, 3), { acks: 'leader' });
      await using first = await compete(world, group, topic, 600_000);
      const [, ...rest] = await fetchCount(first, 3);
      await first.release(rest);
      await using second = await compete(world, group, topic, 600_000);
      const again = await fetchCount(second, 2);
      expect(textsOf(again).toSorted()).toEqual(['1', '2']);
      expect(again.map(({ attempt }) => attempt)).toEqual([1, 1]);
      expect(await first.commit(rest.map(acknowledge))).toEqual(['fenced', 'fenced']);
      expect(await second.commit(again.map(acknowledge))).toEqual(['committed', 'committed']);
    });

    test('that leave give back what they held, without waiting for their lease to run out', async () => {
      await using world = await openWorld(harness);
      const [topic, group] = [(await world.topic(1)).name, world.name('g')];
      await world.driver.append(makeRecords(topic, 0, 3), { acks: 'leader' });
      const first = await compete(world, group, topic, 600_000);
      await fetchCount(first, 3);
      await first[Symbol.asyncDispose]();
      await first[Symbol.asyncDispose]();
      await using second = await compete(world, group, topic, 600_000);
      expect(textsOf(await fetchCount(second, 3)).toSorted()).toEqual(['0', '1', '2']);
    });

    test('that fail a message keep how often it was attempted', async () => {
      await using world = await openWorld(harness);
      const [topic, group] = [(await world.topic(1)).name, world.name('g')];
      await world.driver.append(makeRecords(topic, 0, 1), { acks: 'leader' });
      const first = await compete(world, group, topic);
      const [record] = await fetchCount(first, 1);
      if (!record) throw new Error('a record was expected');
      expect(await first.commit([{ record, acknowledged: false, outputs: [], attempts: 3 }])).toEqual([
        'committed',
      ]);
      await first[Symbol.asyncDispose]();
      await using second = await compete(world, group, topic);
      expect((await fetchCount(second, 1))[0]?.attempt).toBeGreaterThanOrEqual(4);
    });
  });
}

function describeRefusal(harness: Harness): void {
  test('competing members are refused with the reason', async () => {
    await using world = await openWorld(harness);
    const compete = world.driver.compete(world.name('g'), competeOptions([(await world.topic(1)).name]));
    await expect(compete).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(compete).rejects.toThrow(reasonFor(harness, 'competing'));
  });
}
