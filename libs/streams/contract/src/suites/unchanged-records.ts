import { bytes, type NewRecord, on, Rejected, type Running, rawHeadersOf, topic } from '@millrace/streams';
import { headerOf } from '@millrace/streams/driver';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { all } from '../support/collect.ts';
import { acknowledge, acknowledgeClaims, compete } from '../support/compete.ts';
import { joinOptions } from '../support/join-options.ts';
import { expectedShape, oddRecords, type Shape, shapeOf } from '../support/odd-records.ts';
import { fetchCount, joinRaw, settleCount } from '../support/raw-member.ts';
import { stored } from '../support/records.ts';
import { within } from '../support/wait-for.ts';
import { openWorld, type World } from '../support/world.ts';

interface Customer {
  readonly id: string;
}

/** A schema that takes objects alone. */
const customer = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value: unknown) =>
      typeof value === 'object' && value !== null
        ? { value: value as Customer }
        : { issues: [{ message: 'no customer' }] },
  },
} as const;

/** Null values, headers that occur twice and bytes stay what they are, wherever records pass. */
export function describeUnchangedRecords(harness: Harness): void {
  const { atomicCommit, claim, competing, competingExactlyOnce } = harness.capabilities;

  describe('records pass as they are', () => {
    test('when they are appended and read', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const records = await append(world, name);
      const read = await stored(world.driver, name);
      expect(read.map(shapeOf)).toEqual(shapesOf(records));
      const last = read.at(-1);
      expect({ ...last?.headers }).toEqual({ id: 'e-3', tag: 'two', none: '', empty: '' });
      expect(last && ['tag', 'none', 'nothing'].map((each) => headerOf(last, each))).toEqual([
        'two',
        '',
        undefined,
      ]);
    });

    test('when one member leaves them unacknowledged to the next', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const records = await append(world, name);
      const [group, options] = [world.name('g'), joinOptions(harness.capabilities, [name])];
      const first = await joinRaw(world.driver, group, options);
      const delivered = await fetchCount(await first.lease(0), records.length);
      expect(delivered.map(shapeOf)).toEqual(shapesOf(records));
      await first[Symbol.asyncDispose]();
      await using second = await joinRaw(await world.open(), group, options);
      const again = await settleCount(await second.lease(0), records.length);
      expect(again.map(shapeOf)).toEqual(shapesOf(records));
    });

    test('when a handler forwards them, to any partition', async () => {
      await using world = await openWorld(harness);
      const [input, output] = [(await world.topic(1)).name, topic((await world.topic(3)).name)];
      const records = await append(world, input);
      const running = await run(world, input, ({ record }, context) => {
        for (const partition of [0, 1, 2]) context.forward(output, record, { partition });
      });
      await finish(running);
      for (const partition of [0, 1, 2])
        expect((await stored(world.driver, output.name, partition)).map(shapeOf)).toEqual(shapesOf(records));
    });

    const modes = competing ? (['partitioned', 'competing'] as const) : (['partitioned'] as const);
    test.each(modes)('through dead letter and redrive, %s', async (mode) => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(1);
      const records = await append(world, name);
      const group = world.name('g');
      const running = await run(
        world,
        name,
        () => {
          throw new Rejected('none at all');
        },
        { group, mode },
      );
      await finish(running);
      const letters = await all(world.streams.admin.deadLetters(group));
      expectSame(
        letters.map(({ record }) => shapeOf(record)),
        shapesOf(records),
        mode,
      );
      expect(await world.streams.admin.redrive(group)).toBe(records.length);
      const [before, after] = splitAt(await stored(world.driver, name), records.length);
      expect(before.map(shapeOf)).toEqual(shapesOf(records));
      expectSame(after.map(shapeOf), shapesOf(records), mode);
    });

    if (competing && claim)
      test('when another member claims them or takes them over', async () => {
        await using world = await openWorld(harness);
        const { name } = await world.topic(1);
        const records = await append(world, name);
        const group = world.name('g');
        await using first = await compete(world, group, name, 600_000);
        const delivered = await fetchCount(first, records.length);
        expectSame(delivered.map(shapeOf), shapesOf(records), 'competing');
        await using second = await compete(world, group, name, 600_000);
        const positions = delivered
          .slice(0, 3)
          .map(({ partition, offset }) => ({ topic: name, partition, offset }));
        await world.driver.admin.claim(group, second.member, { positions, minIdleMs: 0 });
        const claimed = await acknowledgeClaims(second, 3);
        await first.release(delivered.slice(3));
        const rest = await fetchCount(second, records.length - 3);
        await second.commit(rest.map(acknowledge));
        expectSame([...claimed, ...rest].map(shapeOf), shapesOf(records), 'competing');
      });

    test('with the headers that are published as bytes, several times or without a value', async () => {
      await using world = await openWorld(harness);
      const name = topic<Customer>((await world.topic(1)).name, {
        id: ({ id }) => id,
        headers: () => ({ tag: 'of the topic', kind: Uint8Array.of(0xff) }),
      });
      await world.streams.publish(name, [{ id: 'c-1' }], {
        headers: { tag: ['one', Uint8Array.of(0xfe), null], text: 'ü' },
      });
      const [record] = await stored(world.driver, name.name);
      const raw =
        record &&
        rawHeadersOf(record).map(([each, value]) => [each, value && Buffer.from(value).toString('latin1')]);
      expect(raw?.toSorted(([a], [b]) => String(a).localeCompare(String(b)))).toEqual([
        ['id', 'c-1'],
        ['kind', '\xff'],
        ['tag', 'one'],
        ['tag', '\xfe'],
        ['tag', null],
        ['text', '\xc3\xbc'],
      ]);
    });
  });

  describe('a record without a value', () => {
    test('is null to a topic that takes null, and published as null with a key', async () => {
      await using world = await openWorld(harness);
      const customers = topic<Customer>((await world.topic(2)).name, {
        schema: customer,
        key: ({ id }) => id,
        nullable: true,
      });
      const copies = topic<Customer>((await world.topic(1)).name, {
        schema: customer,
        key: ({ id }) => id,
        nullable: true,
      });
      await world.streams.publish(customers, [{ id: 'c-1' }]);
      await world.streams.publish(customers, [null], { key: 'c-1' });
      await expect(world.streams.publish(customers, [null])).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
      const handled: (readonly [string, Customer | null])[] = [];
      const running = await world.run({
        group: world.name('g'),
        mode: 'partitioned',
        delivery: 'at-least-once',
        routes: [
          on(customers, ({ key, value }, context) => {
            handled.push([key, value]);
            context.send(copies, value, { key });
          }),
        ],
      });
      await finish(running);
      const expected = [
        ['c-1', { id: 'c-1' }],
        ['c-1', null],
      ];
      expect(handled).toEqual(expected);
      const copied = await all(world.streams.read(copies, { to: 'now' }));
      expect(copied.map(({ key, value }) => [key, value])).toEqual(expected);
      expect(copied.map(({ record }) => record.value === null)).toEqual([false, true]);
    });

    test('is no JSON: it becomes a dead letter that says so, and the others pass', async () => {
      await using world = await openWorld(harness);
      const values = topic<number>((await world.topic(1)).name);
      const [one, two] = [record(values.name, '1'), record(values.name, '2')];
      await world.driver.append([one, record(values.name, null), two], { acks: 'leader' });
      const group = world.name('g');
      const handled: number[] = [];
      const running = await world.run({
        group,
        mode: 'partitioned',
        delivery: 'at-least-once',
        routes: [on(values, ({ value }) => void handled.push(value))],
      });
      await finish(running);
      expect(handled).toEqual([1, 2]);
      const [letter, ...others] = await all(world.streams.admin.deadLetters(group));
      expect(others).toEqual([]);
      expect(letter).toMatchObject({ code: 'INVALID_RECORD', record: { value: null } });
      expect(letter?.error).toContain('`nullable: true`');
    });
  });

  type Handle = Parameters<typeof on<Uint8Array>>[1];

  async function run(
    world: World,
    name: string,
    handle: Handle,
    {
      group = world.name('g'),
      mode = 'partitioned',
    }: { group?: string; mode?: 'partitioned' | 'competing' } = {},
  ): Promise<Running> {
    const routes = [on(topic<Uint8Array>(name, { codec: bytes }), handle)];
    const exactlyOnce = mode === 'competing' ? competingExactlyOnce : atomicCommit;
    if (!exactlyOnce) return await world.run({ group, mode, delivery: 'at-least-once', routes });
    return mode === 'partitioned'
      ? await world.run({ group, mode, delivery: 'exactly-once', routes })
      : await world.run({ group, mode, delivery: 'exactly-once', routes });
  }
}

async function append(world: World, name: string): Promise<readonly NewRecord[]> {
  const records = oddRecords(name, 0);
  await world.driver.append(records, { acks: 'leader' });
  return records;
}

async function finish(running: Running): Promise<void> {
  await within('the group catches up', running.caughtUp());
  await running.stop();
}

function record(name: string, value: NewRecord['value']): NewRecord {
  return { topic: name, partition: 0, key: 'k', value, headers: {}, timestamp: Date.now() };
}

function shapesOf(records: readonly NewRecord[]): Shape[] {
  return records.map(expectedShape);
}

/** Competing groups keep no order. */
function expectSame(
  seen: readonly Shape[],
  expected: readonly Shape[],
  mode: 'partitioned' | 'competing',
): void {
  const inOrder = (shapes: readonly Shape[]): readonly Shape[] =>
    mode === 'partitioned'
      ? shapes
      : shapes.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  expect(inOrder(seen)).toEqual(inOrder(expected));
}

function splitAt<Each>(list: readonly Each[], index: number): readonly [readonly Each[], readonly Each[]] {
  return [list.slice(0, index), list.slice(index)];
}
