import { once } from 'node:events';
import { type Notice, on, partitionOf, rawHeadersOf, store, topic } from '@millrace/streams';
import { createStreams, type Lease, type Membership } from '@millrace/streams/driver';
import { type KafkaServer, requireService, startKafka } from '@millrace/testing';
import { type Admin, CompressionTypes, Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openKafka } from '../src/index.ts';
import { joinOptions, storedIn, topicOf, type Used, use } from './support.ts';

const withKafka = requireService('kafka');
const noUtf8 = Buffer.of(0xff, 0xfe, 0x00);
const totals = store<number>('totals');
const texts = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => JSON.stringify(`${prefix}-${index}`));
const parsed = (values: readonly string[]): string[] => values.map((value) => JSON.parse(value));
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

  test('what they aborted is not the first record of a partition, nor the last, nor counted', async () => {
    const topic = await topicOf(kafka);
    const producer = other.producer({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    for (const commits of [false, true, false]) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value: 'one' }, { value: 'two' }] });
      await (commits ? transaction.commit() : transaction.abort());
    }
    await producer.disconnect();
    // Two that were aborted and their marker, two that were committed.
    const { partitions } = await kafka.driver.admin.describe(topic);
    expect(partitions).toMatchObject([{ first: '3', last: '4', records: 2 }]);
  });

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

  describe('a group whose positions the broker forgot, and not its state', () => {
    const forget = (name: string): Promise<unknown> =>
      administer((admin) => admin.deleteGroups([`g-${name}`]));

    test.each(['earliest', 'latest'] as const)('goes on after what its state contains: %s', async (start) => {
      const name = await topicOf(kafka);
      await countAll(kafka.driver, { name, start });
      await kafka.append(name, texts('before', 10));
      expect((await countAll(kafka.driver, { name, start })).total).toBe(10);
      await forget(name);
      await kafka.append(name, texts('meanwhile', 5));
      const again = await countAll(kafka.driver, { name, start });
      expect(again).toEqual({ handled: parsed(texts('meanwhile', 5)), total: 15 });
      expect((await countAll(kafka.driver, { name, start })).handled).toEqual([]);
      expect(await createStreams(kafka.driver).admin.lag(`g-${name}`)).toBe(0);
    });

    test('begins again with a topic that took the place of the one that its state knows', async () => {
      const name = await topicOf(kafka);
      await kafka.append(name, texts('old', 10));
      await countAll(kafka.driver, { name });
      await forget(name);
      await kafka.driver.admin.deleteTopic(name);
      await kafka.driver.admin.ensureTopics([{ name, partitions: 1 }]);
      await kafka.append(name, texts('new', 3));
      expect((await countAll(kafka.driver, { name })).handled).toEqual(parsed(texts('new', 3)));
    });

    test('goes on where it stands when an earlier release wrote its state, and from then on so too', async () => {
      const name = await topicOf(kafka);
      await kafka.append(name, texts('before', 4));
      await countAll(kafka.driver, { name });
      const producer = other.producer({ createPartitioner: Partitioners.DefaultPartitioner });
      await producer.connect();
      await producer.send({ topic: `g-${name}-changelog`, messages: [{ key: `p${name}`, value: null }] });
      await producer.disconnect();
      expect(await countAll(kafka.driver, { name })).toEqual({ handled: [], total: 0 });
      await forget(name);
      await kafka.append(name, texts('after', 1));
      expect((await countAll(kafka.driver, { name })).total).toBe(5);
    });
  });

  test.each(['by seek', 'by another client'])(
    'a group with state that was moved back %s stays there',
    async (how) => {
      const name = await topicOf(kafka);
      const group = `g-${name}`;
      await kafka.append(name, texts('one', 6));
      await countAll(kafka.driver, { name });
      if (how === 'by seek') await kafka.driver.admin.seek(group, 'earliest', {});
      else {
        const partitions = [{ partition: 0, offset: '0' }];
        await administer((admin) => admin.setOffsets({ groupId: group, topic: name, partitions }));
      }
      // The first to get the lease ends before it has handled anything.
      const options = { ...joinOptions(name, 5_000), stores: ['totals'] };
      const first = await kafka.driver.join(group, options);
      await firstLease(first);
      await first[Symbol.asyncDispose]();
      expect((await countAll(kafka.driver, { name })).handled).toEqual(parsed(texts('one', 6)));
    },
  );

  test('a changelog that one of them deleted before a member got the lease is made again, and a notice says that state is gone', async () => {
    const notices: Notice[] = [];
    const stopListening = kafka.driver.onNotice((notice) => notices.push(notice));
    const topic = await topicOf(kafka);
    await kafka.append(topic, ['one']);
    const group = `g-${topic}`;
    const options = { ...joinOptions(topic, 5_000), stores: ['s'], dedupeWindow: 10 };
    const first = await kafka.driver.join(group, options);
    const held = await firstLease(first);
    const acknowledged = await held.fetch(1, { signal: new AbortController().signal });
    await held.commit({
      acknowledged,
      outputs: [],
      state: [{ store: 's', key: 'k', value: 'old' }],
      dedupeIds: [],
    });
    expect(notices).toEqual([]);
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
    stopListening();
    expect(notices.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
      expect.stringMatching(/^records-lost: .* its state is gone: .*-changelog holds nothing/),
    ]);
  });
});

/** Counts the records of a topic in its state, which `total` reads back; each run until everything is handled. */
async function countAll(
  driver: Used['driver'],
  { name, start = 'earliest' }: { readonly name: string; readonly start?: 'earliest' | 'latest' },
): Promise<{ readonly handled: readonly string[]; readonly total: number }> {
  const handled: string[] = [];
  let total = 0;
  const streams = createStreams(driver);
  await using running = await streams.run({
    group: `g-${name}`,
    mode: 'partitioned',
    delivery: 'exactly-once',
    start,
    leaseMs: 5_000,
    stores: [totals],
    routes: [
      on(topic<string>(name), async ({ value }, context) => {
        total = ((await context.state(totals).get('all')) ?? 0) + 1;
        context.state(totals).set('all', total);
        handled.push(value);
      }),
    ],
  });
  await running.caughtUp();
  return { handled, total };
}

/** The first lease that the member gains. */
async function firstLease(member: Membership): Promise<Lease> {
  for await (const lease of member) return lease;
  throw new Error('the member was left before it gained a lease');
}
