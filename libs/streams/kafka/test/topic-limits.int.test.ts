import {
  type Acks,
  bytes,
  type Context,
  type Notice,
  on,
  type Streams,
  store,
  type Topic,
  topic,
} from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { type KafkaServer, requireService, startKafka } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openKafka } from '../src/index.ts';
import { storedIn, topicOf, type Used, use } from './support.ts';

const withKafka = requireService('kafka');

const limit = { 'max.message.bytes': '200000' };
const culprit = 5;
const numbers = Array.from({ length: 12 }, (_, number) => String(number));
const innocent = numbers.filter((number) => number !== String(culprit));
/** 800 kB in all, in values of 400 bytes that no compression makes small enough. */
const many = Array.from({ length: 2_000 }, (_, number) => String(number).padEnd(400, '.'));
const raw = (name: string): Topic<Uint8Array> => topic<Uint8Array>(name, { codec: bytes });

withKafka('limits that a topic sets for itself', () => {
  let server: KafkaServer;
  let kafka: Used;
  let streams: Streams;
  beforeAll(async () => {
    server = await startKafka();
    kafka = use(await openKafka(server.url));
    streams = createStreams(kafka.driver);
  });
  afterAll(async () => {
    await streams?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  describe('a batch that is larger than the topic allows is sent in parts, in order', () => {
    test.each([
      ['acks all', { acks: 'all' }],
      ['acks leader', { acks: 'leader' }],
      ['once', { acks: 'all', once: { producer: 'importer', sequence: 1 } }],
    ] as const)('%s', async (_, options) => {
      const name = await topicOf(kafka, { settings: limit });
      const records = many.map((value) => record(name, value));
      const positions = await kafka.driver.append(records, options);
      expect(await storedIn(kafka.driver, name)).toEqual(many);
      const stored = await kafka.read(name);
      expect(positions.map(({ offset }) => offset)).toEqual(stored.map(({ offset }) => offset));
    });

    test('as outputs of an exactly-once group', async () => {
      const [input, output] = [await topicOf(kafka), await topicOf(kafka, { settings: limit })];
      await streams.publish(
        raw(input),
        many.map((value) => Buffer.from(value)),
      );
      const forward = on(raw(input), (message, context: Context) => context.send(raw(output), message.value));
      await using running = await streams.run({
        group: `g-${input}`,
        mode: 'partitioned',
        delivery: 'exactly-once',
        routes: [forward],
      });
      await running.caughtUp();
      expect(await storedIn(kafka.driver, output)).toEqual(many);
    });
  });

  describe.each(['exactly-once', 'at-least-once'] as const)('of a group that is %s', (delivery) => {
    test.each([
      [
        'larger than the topic allows',
        'TOO_LARGE',
        limit,
        (context: Context, to: Topic<Uint8Array>) => context.send(to, new Uint8Array(300_000)),
      ],
      [
        'of a time that the topic refuses',
        'INVALID_RECORD',
        { 'message.timestamp.after.max.ms': '60000' },
        (context: Context, to: Topic<Uint8Array>) => {
          const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
          context.send(to, Buffer.from('from the future'));
          clock.mockRestore();
        },
      ],
    ] as const)(
      'an output %s sets its message aside, and the others pass',
      async (_, code, settings, send) => {
        const [input, output] = [await topicOf(kafka), await topicOf(kafka, { settings })];
        await streams.publish(
          raw(input),
          numbers.map((number) => Buffer.from(number)),
        );
        const forward = on(raw(input), (message, context: Context) => {
          if (Buffer.from(message.value).toString() === String(culprit)) send(context, raw(output));
          else context.send(raw(output), message.value);
        });
        await using running = await streams.run({
          group: `g-${input}`,
          mode: 'partitioned',
          delivery,
          routes: [forward],
          retry: { attempts: 3, delay: () => 1 },
        });
        await running.caughtUp();
        expect(running.state()).toBe('running');
        const stored = await storedIn(kafka.driver, output);
        // At-least-once may store again what came before the refusal.
        expect(delivery === 'exactly-once' ? stored : [...new Set(stored)]).toEqual(innocent);
        const letters: (readonly [string, string])[] = [];
        for await (const letter of streams.admin.deadLetters(running.group))
          letters.push([letter.code, Buffer.from(letter.record.value ?? []).toString()]);
        expect(letters).toEqual([[code, String(culprit)]]);
      },
    );
  });

  describe('appends of others that go out with a refused one', () => {
    const send = async (
      acks: Acks,
      settle: (appends: Promise<unknown>[], name: string) => Promise<void>,
    ): Promise<void> => {
      const name = await topicOf(kafka, { settings: { 'message.timestamp.after.max.ms': '60000' } });
      const appends = numbers.map((value, number) => {
        const late = number === culprit ? 3_600_000 : 0;
        return kafka.driver.append([{ ...record(name, value), timestamp: Date.now() + late }], { acks });
      });
      await settle(appends, name);
      expect(await storedIn(kafka.driver, name)).toEqual(innocent);
    };

    test.each(['leader', 'all'] as const)('are stored, also behind it: acks %s', async (acks) => {
      await send(acks, async (appends) => {
        const ends = await Promise.allSettled(appends);
        const codes = ends.map((end) => (end.status === 'rejected' ? end.reason.code : 'stored'));
        expect(codes).toEqual(numbers.map((_, number) => (number === culprit ? 'INVALID_RECORD' : 'stored')));
      });
    });

    test('are stored with acks none too, and the refusal is a notice', async () => {
      const notices: Notice[] = [];
      const stop = kafka.driver.onNotice((notice) => notices.push(notice));
      await send('none', async (appends, name) => {
        await Promise.all(appends);
        await vi.waitFor(async () =>
          expect(await storedIn(kafka.driver, name)).toHaveLength(innocent.length),
        );
      });
      stop();
      expect(notices.map(({ kind, details }) => ({ kind, ...details }))).toEqual([
        { kind: 'records-lost', code: 'INVALID_RECORD', count: 1 },
      ]);
    });
  });

  test('what is published with acks none just before the driver is closed is stored', async () => {
    const name = await topicOf(kafka);
    const driver = await openKafka(server.url);
    for (const value of many) await driver.append([record(name, value)], { acks: 'none' });
    await driver[Symbol.asyncDispose]();
    expect(await storedIn(kafka.driver, name)).toEqual(many);
  });

  describe('a record without a key, for a compacted topic,', () => {
    const compacted = { settings: { 'cleanup.policy': 'compact' } };

    test('is an invalid argument of who publishes it, with the reason', async () => {
      const name = await topicOf(kafka, compacted);
      for (const options of [{}, { acks: 'leader' }, { once: { producer: name, sequence: 1 } }] as const)
        await expect(streams.publish(raw(name), [Buffer.from('1')], options)).rejects.toMatchObject({
          code: 'INVALID_ARGUMENT',
          message: expect.stringContaining(`the topic ${name} is compacted`),
        });
    });

    test.each(['exactly-once', 'at-least-once'] as const)('sets its message aside: %s', async (delivery) => {
      const [input, output] = [await topicOf(kafka), await topicOf(kafka, compacted)];
      await streams.publish(
        raw(input),
        numbers.map((number) => Buffer.from(number)),
      );
      const [keyed, bare] = [topic<string>(output, { key: (value) => value }), topic<string>(output)];
      await using running = await streams.run({
        group: `g-${input}`,
        mode: 'partitioned',
        delivery,
        retry: { attempts: 1, delay: () => 1 },
        routes: [
          on(raw(input), ({ value }, context: Context) => {
            const number = Buffer.from(value).toString();
            context.send(number === String(culprit) ? bare : keyed, number);
          }),
        ],
      });
      await running.caughtUp();
      const codes: string[] = [];
      for await (const { code } of streams.admin.deadLetters(running.group)) codes.push(code);
      expect(codes).toEqual(['INVALID_ARGUMENT']);
      expect([...new Set(await storedIn(kafka.driver, output))]).toEqual(
        innocent.map((number) => JSON.stringify(number)),
      );
    });
  });

  test('a cluster that allows smaller messages than the driver asks for gets topics that it allows', async () => {
    const most = 8 * 1024 * 1024;
    await using driver = await openKafka(`${server.url}?max.message.bytes=${most}&min.insync.replicas=1`);
    const own = createStreams(driver);
    const name = await topicOf(use(driver));
    const totals = store<number>('totals');
    await using running = await own.run({
      group: `g-${name}`,
      mode: 'partitioned',
      delivery: 'exactly-once',
      stores: [totals],
      routes: [on(raw(name), (_, context) => context.state(totals).set('k', 1))],
    });
    for (const each of [name, `${running.group}-changelog`, `${running.group}.dead-letters`])
      expect((await own.admin.describe(each)).settings).toMatchObject({ 'max.message.bytes': String(most) });
    expect((await own.admin.describe(`${running.group}-changelog`)).settings).toMatchObject({
      'min.insync.replicas': '1',
    });
    await expect(own.publish(raw(name), [new Uint8Array(most)])).rejects.toMatchObject({ code: 'TOO_LARGE' });
    await own.publish(raw(name), [new Uint8Array(driver.capabilities.maxRecordBytes - 1_000)]);
    await running.caughtUp();
  });
});

function record(name: string, value: string): Parameters<Used['driver']['append']>[0][number] {
  return { topic: name, partition: 0, key: null, value, headers: {}, timestamp: Date.now() };
}
