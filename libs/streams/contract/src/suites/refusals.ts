import {
  bytes,
  type Context,
  on,
  type Running,
  type RunOptions,
  type StatefulContext,
  type Streams,
  StreamsError,
  store,
  type Topic,
  topic,
} from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { all } from '../support/collect.ts';
import { makeRecord, textOf } from '../support/records.ts';
import { waitFor, within } from '../support/wait-for.ts';
import { openWorld, type World } from '../support/world.ts';

type Way = readonly ['partitioned' | 'competing', 'at-most-once' | 'at-least-once' | 'exactly-once'];

const culprit = 5;
const numbers = Array.from({ length: 12 }, (_, number) => number);
const innocent = numbers.filter((number) => number !== culprit);

/** What the backend refuses for good is the fault of the message that led to it, and of no other. */
export function describeRefusals(harness: Harness): void {
  const { atomicCommit, competing, competingExactlyOnce, maxRecordBytes } = harness.capabilities;
  const ways: Way[] = [
    ['partitioned', 'at-most-once'],
    ['partitioned', 'at-least-once'],
  ];
  if (atomicCommit) ways.push(['partitioned', 'exactly-once']);
  if (competing) ways.push(['competing', 'at-least-once']);
  if (competingExactlyOnce) ways.push(['competing', 'exactly-once']);

  /** A value that passes for itself and is too large with its headers. */
  const tooLarge = (): Uint8Array => new Uint8Array(maxRecordBytes - 10);

  async function prepare(world: World): Promise<{
    readonly input: Topic<Uint8Array>;
    readonly output: Topic<Uint8Array>;
  }> {
    const [input, output] = [rawTopic((await world.topic(1)).name), rawTopic((await world.topic(1)).name)];
    await world.streams.publish(
      input,
      numbers.map((number) => Buffer.from(String(number))),
    );
    return { input, output };
  }

  async function runEach(
    world: World,
    [mode, delivery]: Way,
    {
      input,
      handle,
    }: { readonly input: Topic<Uint8Array>; readonly handle: (number: number, context: Context) => void },
  ): Promise<Running> {
    const routes = [
      on(input, (message, context: Context) =>
        handle(Number(Buffer.from(message.value).toString()), context),
      ),
    ];
    const common = { group: world.name('g'), routes, retry: { attempts: 3, delay: () => 1 } };
    return world.run(runOptions(common, mode, delivery));
  }

  describe('refusals', () => {
    test.each(ways)('of an output set its message aside, and the others pass: %s, %s', async (...way) => {
      await using world = await openWorld(harness);
      const { input, output } = await prepare(world);
      const running = await runEach(world, way, {
        input,
        handle: (number, context) =>
          context.send(output, number === culprit ? tooLarge() : Buffer.from(String(number))),
      });
      await within('the group catches up', running.caughtUp());
      expect(running.state()).toBe('running');
      await running.stop();
      expect(await valuesOf(world.streams, output)).toEqual(innocent);
      const letters = await all(world.streams.admin.deadLetters(running.group));
      expect(letters.map(({ code, record }) => [code, textOf(record)])).toEqual([
        ['TOO_LARGE', String(culprit)],
      ]);
      expect(letters[0]?.cut).toBeUndefined();
    });

    if (atomicCommit)
      test('of an output take back the state that its message wrote', async () => {
        await using world = await openWorld(harness);
        const { input, output } = await prepare(world);
        const sums = store<number>('sums');
        const add = async (
          message: { readonly value: Uint8Array },
          context: StatefulContext,
        ): Promise<void> => {
          const number = Number(Buffer.from(message.value).toString());
          const sum = ((await context.state(sums).get('sum')) ?? 0) + number;
          context.state(sums).set('sum', sum);
          context.send(output, number === culprit ? tooLarge() : Buffer.from(String(sum)));
        };
        const running = await world.run({
          group: world.name('g'),
          mode: 'partitioned',
          delivery: 'exactly-once',
          stores: [sums],
          routes: [on(input, add)],
        });
        await within('the group catches up', running.caughtUp());
        const expected = innocent.map((_, index) => innocent.slice(0, index + 1).reduce((a, b) => a + b, 0));
        expect(await valuesOf(world.streams, output)).toEqual(expected);
      });

    test.each(ways)('of a dead letter cut it down and say so: %s, %s', async (...way) => {
      await using world = await openWorld(harness);
      const input = rawTopic((await world.topic(1)).name);
      const key = Buffer.from('k');
      const size = maxRecordBytes - 100;
      await world.driver.append([makeRecord(input.name, 0, new Uint8Array(size), { key, headers: {} })], {
        acks: 'all',
      });
      const running = await runEach(world, way, {
        input,
        handle: () => {
          throw new Error('no room for it');
        },
      });
      await within('the group catches up', running.caughtUp());
      await running.stop();
      const [letter, ...others] = await all(world.streams.admin.deadLetters(running.group));
      expect(others).toEqual([]);
      expect(letter).toMatchObject({ code: 'HANDLER_FAILED', origin: { topic: input.name } });
      expect(letter?.cut).toContain(`of ${size} bytes`);
      expect(letter?.record.value?.length).toBeLessThan(size);
    });

    test.each(ways)("that are no message's fault end the group at once: %s, %s", async (...way) => {
      await using world = await openWorld(harness);
      const input = rawTopic((await world.topic(1)).name);
      const running = await runEach(world, way, {
        input,
        handle: (_number, context) => context.send(rawTopic(world.name('missing')), Buffer.from('x')),
      });
      const ended = expect(within('the group ends', running.finished)).rejects.toMatchObject({
        code: 'UNKNOWN_TOPIC',
      });
      await world.streams.publish(input, [Buffer.from('1')]);
      await ended;
      expect(running.state()).toBe('failed');
      expect(running.lastError()).toMatchObject({ code: 'UNKNOWN_TOPIC' });
    });

    test('of what a handler needs are reported once, and once more when it is there again', async () => {
      await using world = await openWorld(harness);
      const input = rawTopic((await world.topic(1)).name);
      const commandOf: string[] = [];
      let tries = 0;
      const running = await world.run({
        group: world.name('g'),
        mode: 'partitioned',
        delivery: 'at-least-once',
        retry: { attempts: 3, delay: () => 1 },
        observer: {
          error: ({ error }) => commandOf.push(error.code),
          recovered: () => commandOf.push('recovered'),
        },
        routes: [
          on(input, () => {
            tries += 1;
            if (tries < 5) throw new StreamsError('UNAVAILABLE', 'the database is away');
          }),
        ],
      });
      await world.streams.publish(input, [Buffer.from('1')]);
      await waitFor('it is degraded', () => running.state() === 'degraded');
      expect(running.lastError()).toMatchObject({ code: 'UNAVAILABLE' });
      await running.caughtUp();
      await waitFor('it has recovered', () => running.state() === 'running');
      expect(commandOf).toEqual(['UNAVAILABLE', 'recovered']);
    });
  });
}

function rawTopic(name: string): Topic<Uint8Array> {
  return topic<Uint8Array>(name, { codec: bytes });
}

function runOptions(
  common: Pick<RunOptions, 'group' | 'retry'> & {
    readonly routes: readonly ReturnType<typeof on<Uint8Array>>[];
  },
  mode: Way[0],
  delivery: Way[1],
): RunOptions {
  if (delivery !== 'exactly-once') return { ...common, mode, delivery };
  return mode === 'partitioned' ? { ...common, mode, delivery } : { ...common, mode, delivery };
}

/** In the order of their numbers: competing members promise none. */
async function valuesOf(streams: Streams, from: Topic<Uint8Array>): Promise<number[]> {
  const found: number[] = [];
  for await (const { value } of streams.read(from, { to: 'now' }))
    found.push(Number(Buffer.from(value).toString()));
  return found.toSorted((a, b) => a - b);
}
