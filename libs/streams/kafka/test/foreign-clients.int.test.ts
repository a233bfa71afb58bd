import { once } from 'node:events';
import { partitionOf, rawHeadersOf } from '@millrace/streams';
import type { Lease, Membership } from '@millrace/streams/driver';
import { type KafkaServer, requireService, startKafka } from '@millrace/testing';
import { type Admin, CompressionTypes, Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openKafka } from '../src/index.ts';
import { joinOptions, storedIn, topicOf, type Used, use } from './support.ts';

const withKafka = requireService('kafka');
const noUtf8 = Buffer.of(0xff, 0xfe, 0x00);
const text = 'millrace '.repeat(2_000);

withKafka('beside other clients of Kafka', () => {
  let server: KafkaServer;
  let kafka: Used;
  let other: Kafka;
  beforeAll(async () => {
    server = await startKafka();
    kafka = use(await openKafka(server.url));
    other = new Kafka({ brokers: [`127.0.0.1:${server.port}`], logLevel: logLevel.NOTHING });
  });
  afterAll(async () => {
    await kafka.driver[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  describe('records of theirs', () => {
    // The broker stores the topic's compression with the libraries of the Java clients.
    test.each(['gzip', 'snappy', 'lz4', 'zstd'])('compressed by %s are read', async (codec) => {
      const topic = await topicOf(kafka, { settings: { 'compression.type': codec } });
      const values = [text, 'short', '', 'ü☃🌊'.repeat(50_000), ...text.slice(0, 200)];
      await kafka.append(topic, values);
      expect(await storedIn(kafka.driver, topic)).toEqual(values);
    });

    test('are read with keys, headers of bytes and without values', async () => {
      const topic = await topicOf(kafka);
      const producer = other.producer({ createPartitioner: Partitioners.DefaultPartitioner });
      await producer.connect();
      await producer.send({
        topic,
        compression: CompressionTypes.GZIP,
        messages: [
          { key: 'k', value: 'v', headers: { a: ['x', 'z'], b: Buffer.from('y'), c: noUtf8 } },
          { key: 'k', value: null },
        ],
      });
      await producer.disconnect();
      const [first, second] = await kafka.read(topic);
      expect(first).toMatchObject({ headers: { a: 'z', b: 'y' } });
      expect(first && rawHeadersOf(first)).toEqual([
        ['a', Buffer.from('x')],
        ['a', Buffer.from('z')],
        ['b', Buffer.from('y')],
        ['c', noUtf8],
      ]);
      expect([first?.key, second?.key].map(String)).toEqual(['k', 'k']);
      expect(second?.value).toBeNull();
    });

    test('lie where murmur2 places them', async () => {
      const topic = await topicOf(kafka, { partitions: 7 });
      const producer = other.producer({
        createPartitioner: Partitioners.DefaultPartitioner,
        idempotent: true,
      });
      await producer.connect();
      const keys = Array.from({ length: 50 }, (_, index) => `key-${index}`);
      await producer.send({ topic, messages: keys.map((key) => ({ key, value: key })) });
      await producer.disconnect();
      for (let partition = 0; partition < 7; partition++) {
        const expected = keys.filter((key) => partitionOf(key, 7, 'murmur2') === partition);
        expect(await storedIn(kafka.driver, topic, partition)).toEqual(expected);
      }
    });
  });

  test.each(['none', 'gzip'])('records of ours are read by them, compressed by %s', async (codec) => {
    const ours = use(await openKafka(`${server.url}?compression=${codec}`));
    const topic = await topicOf(ours);
    await ours.append(topic, ['one', 'two'], { h: '1' });
    await ours.driver[Symbol.asyncDispose]();
    const consumer = other.consumer({ groupId: `other-${codec}` });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const seen: string[] = [];
    const stop = new EventTarget();
    const both = once(stop, 'both');
    await consumer.run({
      eachMessage: async ({ message }) => {
        seen.push(`${message.value} ${message.headers?.['h']}`);
        if (seen.length === 2) stop.dispatchEvent(new Event('both'));
      },
    });
    await both;
    await consumer.disconnect();
    expect(seen).toEqual(['one 1', 'two 1']);
  });

  const administer = async <Result>(work: (admin: Admin) => Promise<Result>): Promise<Result> => {
    const admin = other.admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  };

  test('what a group kept that one of them deleted is deleted with it', async () => {
    const topic = await topicOf(kafka);
    const group = `g-${topic}`;
    const options = { ...joinOptions(topic, 5_000), stores: ['s'] };
    await (await kafka.driver.join(group, options))[Symbol.asyncDispose]();
    await administer((admin) => admin.deleteGroups([group]));
    await kafka.driver.admin.deleteGroup(group);
    expect(await administer((admin) => admin.listTopics())).not.toContain(`${group}-changelog`);
    await expect(kafka.driver.admin.deleteGroup(group)).rejects.toMatchObject({ code: 'UNKNOWN_GROUP' });
  });

  test('a changelog that one of them deleted before a member got the lease is made again', async () => {
    const topic = await topicOf(kafka);
    const group = `g-${topic}`;
    const options = { ...joinOptions(topic, 5_000), stores: ['s'], dedupeWindow: 10 };
    const first = await kafka.driver.join(group, options);
    const held = await firstLease(first);
    await using second = await kafka.driver.join(group, options);
    await administer((admin) => admin.deleteTopics({ topics: [`${group}-changelog`] }));
    await first[Symbol.asyncDispose]();
    const lease = await firstLease(second);
    expect(lease.epoch).toBeGreaterThan(held.epoch);
    expect(await lease.load('s', ['k'])).toEqual([undefined]);
    const step = {
      acknowledged: [],
      outputs: [],
      state: [{ store: 's', key: 'k', value: 'v' }],
      dedupeIds: [],
    };
    await lease.commit(step);
    expect(await lease.load('s', ['k'])).toEqual(['v']);
  });
});

/** The first lease that the member gains. */
async function firstLease(member: Membership): Promise<Lease> {
  for await (const lease of member) return lease;
  throw new Error('the member was left before it gained a lease');
}
