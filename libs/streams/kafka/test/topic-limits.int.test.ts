import { bytes, type Context, on, type Streams, type Topic, topic } from '@millrace/streams';
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

  test('appends of others that go out with a refused one are stored', async () => {
    const name = await topicOf(kafka, { settings: { 'message.timestamp.after.max.ms': '60000' } });
    const appends = numbers.map((value, number) => {
      const late = number === numbers.length - 1 ? 3_600_000 : 0;
      return kafka.driver.append([{ ...record(name, value), timestamp: Date.now() + late }], { acks: 'all' });
    });
    const ends = await Promise.allSettled(appends);
    const codes = ends.map((end) => (end.status === 'rejected' ? end.reason.code : 'stored'));
    expect(codes).toEqual(numbers.map((_, number) => (number === 11 ? 'INVALID_RECORD' : 'stored')));
    expect(await storedIn(kafka.driver, name)).toEqual(numbers.slice(0, -1));
  });
});

function record(name: string, value: string): Parameters<Used['driver']['append']>[0][number] {
  return { topic: name, partition: 0, key: null, value, headers: {}, timestamp: Date.now() };
}
