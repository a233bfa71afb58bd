import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Notice,
  on,
  Rejected,
  type Running,
  type RunOptions,
  type Streams,
  store,
  topic,
} from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { type KafkaServer, requireService, runJavaClient, startKafka } from '@millrace/testing';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openKafka } from '../src/index.ts';

const withKafka = requireService('kafka');

interface Item {
  readonly n: string;
}

const security = 'org.apache.kafka.common.security';
const totals = store<number>('totals');
const named = (prefix: string, count: number): Item[] =>
  Array.from({ length: count }, (_, index) => ({ n: `${prefix}-${index}` }));
const unique = (kind: string): string => `${kind}-${crypto.randomUUID().slice(0, 8)}`;
const patient = { timeout: 60_000, interval: 50 };

withKafka('topics that others delete, make and name', () => {
  let server: KafkaServer;
  let admin: Admin;
  let streams: Streams;
  let other: Streams;
  let notices: Notice[];
  const running: Running[] = [];

  beforeAll(async () => {
    server = await startKafka({
      properties: {
        'listener.security.protocol.map': 'PLAINTEXT:SASL_PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
        'listener.name.plaintext.sasl.enabled.mechanisms': 'PLAIN',
        'listener.name.plaintext.plain.sasl.jaas.config': `${security}.plain.PlainLoginModule required user_root="root" user_app="app";`,
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:ANONYMOUS;User:root',
      },
    });
    const sasl = { mechanism: 'plain', username: 'root', password: 'root' } as const;
    admin = new Kafka({ brokers: [`127.0.0.1:${server.port}`], sasl, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
  });
  afterAll(async () => {
    await admin.disconnect();
    await server[Symbol.asyncDispose]();
  });
  const url = (login: string): string => `kafka://${login}:${login}@127.0.0.1:${server.port}?sasl=plain`;

  beforeEach(async () => {
    notices = [];
    const driver = await openKafka(url('root'));
    driver.onNotice((notice) => notices.push(notice));
    streams = createStreams(driver);
    other = createStreams(await openKafka(url('root')));
  });
  afterEach(async () => {
    await Promise.allSettled(running.splice(0).map((member) => member.stop()));
    await streams[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
  });

  const kinds = (): string[] => notices.map(({ kind }) => kind);

  /** Handles the topic's items, with state where the delivery has it; `sum` is how many the state has counted. */
  async function counting(
    delivery: 'at-least-once' | 'exactly-once',
    name: string,
    group: string,
    by = streams,
  ): Promise<{ readonly member: Running; readonly seen: string[] }> {
    const items = topic<Item>(name, { key: () => 'all' });
    const seen: string[] = [];
    const common = { group, mode: 'partitioned', leaseMs: 3_000 } as const;
    const options: RunOptions =
      delivery === 'at-least-once'
        ? { ...common, delivery, routes: [on(items, ({ value }) => void seen.push(value.n))] }
        : {
            ...common,
            delivery,
            stores: [totals],
            routes: [
              on(items, async ({ value }, context) => {
                context.state(totals).set('all', ((await context.state(totals).get('all')) ?? 0) + 1);
                seen.push(value.n);
              }),
            ],
          };
    const member = await by.run(options);
    running.push(member);
    return { member, seen };
  }

  describe('a topic that is deleted and created again', () => {
    test.each(['at-least-once', 'exactly-once'] as const)(
      'while a group runs is read from its beginning, %s, and that is told',
      async (delivery) => {
        const name = unique('recreated');
        const items = topic<Item>(name, { key: () => 'all' });
        await streams.admin.ensureTopics([{ name, partitions: 1 }]);
        const { member, seen } = await counting(delivery, name, unique('g'));
        await other.publish(items, named('old', 100));
        await member.caughtUp();
        await other.admin.deleteTopic(name);
        await other.admin.ensureTopics([{ name, partitions: 1 }]);
        await other.publish(items, named('new', 60));
        const news = (): string[] => seen.filter((n) => n.startsWith('new'));
        await vi.waitFor(() => expect(news()).toEqual(named('new', 60).map(({ n }) => n)), patient);
        expect(kinds()).toContain('records-lost');
        await other.publish(items, named('new-later', 140));
        await member.caughtUp();
        expect(news()).toHaveLength(200);
        expect(await streams.admin.lag(member.group)).toBe(0);
      },
    );

    test('while nobody runs the group is read from its beginning, also when it is longer by now', async () => {
      const name = unique('recreated');
      const items = topic<Item>(name, { key: () => 'all' });
      const group = unique('g');
      await streams.admin.ensureTopics([{ name, partitions: 1 }]);
      const { member } = await counting('at-least-once', name, group);
      await other.publish(items, named('old', 20));
      await member.caughtUp();
      await member.stop();
      const committed = await admin.fetchOffsets({ groupId: group, topics: [name] });
      await other.admin.deleteTopic(name);
      await other.admin.ensureTopics([{ name, partitions: 1 }]);
      await other.publish(items, named('new', 60));
      // The broker forgets a group's positions with a topic; another tool may restore them.
      await admin.setOffsets({
        groupId: group,
        topic: name,
        partitions: committed.flatMap(({ partitions }) => partitions),
      });
      const { seen, member: again } = await counting('at-least-once', name, group);
      await again.caughtUp();
      // What another tool set carries no id of the topic: it counts as long as the log has it.
      expect(seen.length).toBeGreaterThanOrEqual(40);
    });

    test('shorter than the group’s position is read from its beginning', async () => {
      const name = unique('shorter');
      const items = topic<Item>(name, { key: () => 'all' });
      const group = unique('g');
      await streams.admin.ensureTopics([{ name, partitions: 1 }]);
      await other.publish(items, named('new', 60));
      await admin.setOffsets({ groupId: group, topic: name, partitions: [{ partition: 0, offset: '100' }] });
      const { seen, member } = await counting('at-least-once', name, group);
      await vi.waitFor(() => expect(seen).toEqual(named('new', 60).map(({ n }) => n)), patient);
      await member.caughtUp();
      expect(kinds()).toContain('records-lost');
    });

    test('goes on to be followed by a reader without a group', async () => {
      const name = unique('tail');
      const items = topic<Item>(name, { key: () => 'all' });
      await streams.admin.ensureTopics([{ name, partitions: 1 }]);
      const stop = new AbortController();
      const seen: string[] = [];
      const reading = (async () => {
        for await (const { value } of streams.read(items, { signal: stop.signal })) seen.push(value.n);
      })();
      await other.publish(items, named('old', 100));
      await vi.waitFor(() => expect(seen).toHaveLength(100), patient);
      await other.admin.deleteTopic(name);
      await other.admin.ensureTopics([{ name, partitions: 1 }]);
      await other.publish(items, named('new', 60));
      await vi.waitFor(() => expect(seen.slice(100)).toEqual(named('new', 60).map(({ n }) => n)), patient);
      expect(kinds()).toContain('records-lost');
      stop.abort();
      await reading;
    });
  });

  test('a topic that gets more partitions is read whole, by a group that runs and by one that starts again', async () => {
    const [name, other2] = [unique('grows'), unique('beside')];
    const group = unique('g');
    await streams.admin.ensureTopics([
      { name, partitions: 2 },
      { name: other2, partitions: 3 },
    ]);
    const seen: string[] = [];
    const start = async (on2: Streams): Promise<Running> => {
      const member = await on2.run({
        group,
        mode: 'partitioned',
        delivery: 'exactly-once',
        stores: [totals],
        start: 'latest',
        leaseMs: 3_000,
        retry: { attempts: 1, delay: () => 1 },
        routes: [name, other2].map((each) =>
          on(topic<Item>(each), ({ value, partition }, context) => {
            if (value.n === 'poison') throw new Error('no');
            context.state(totals).set(value.n, partition);
            seen.push(value.n);
          }),
        ),
      });
      running.push(member);
      return member;
    };
    const append = async (n: string, partitions: number): Promise<void> => {
      const records = Array.from({ length: partitions }, (_, partition) => ({
        ...{ topic: name, partition, key: null, headers: {}, timestamp: Date.now() },
        value: JSON.stringify({ n: n === 'poison' ? n : `${n}-${partition}` }),
      }));
      await using driver = await openKafka(url('root'));
      await driver.append(records, { acks: 'all' });
    };
    const all = (n: string, partitions: number): string[] =>
      Array.from({ length: partitions }, (_, partition) => `${n}-${partition}`);
    const member = await start(streams);
    await append('two', 2);
    await member.caughtUp();
    await admin.createPartitions({ topicPartitions: [{ topic: name, count: 6 }] });
    await append('six', 6);
    await vi.waitFor(() => expect(seen.toSorted()).toEqual([...all('six', 6), ...all('two', 2)]), patient);
    await append('poison', 6);
    await member.caughtUp();
    const letters: number[] = [];
    for await (const letter of streams.admin.deadLetters(group)) letters.push(letter.origin.partition);
    expect(letters.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
    await member.stop();

    await admin.createPartitions({ topicPartitions: [{ topic: name, count: 8 }] });
    await append('eight', 8);
    seen.length = 0;
    const again = await start(other);
    await again.caughtUp();
    expect(seen.toSorted()).toEqual(all('eight', 8));
  });

  test('partitions that were added are there for groups that keep state and start at once, all at the same time', async () => {
    const names = Array.from({ length: 12 }, () => unique('grown'));
    const start = async (name: string): Promise<void> => {
      const { member } = await counting('exactly-once', name, `of-${name}`);
      await member.caughtUp();
      await member.stop();
    };
    const counts = (all: readonly string[]): Promise<number[]> =>
      Promise.all(all.map(async (name) => (await streams.admin.describe(name)).partitions.length));
    const eights = names.map(() => 8);
    await streams.admin.ensureTopics(names.map((name) => ({ name, partitions: 1 })));
    await Promise.all(names.map(start));
    await admin.createPartitions({ topicPartitions: names.map((each) => ({ topic: each, count: 8 })) });
    await vi.waitFor(async () => expect(await counts(names)).toEqual(eights), patient);
    await Promise.all(names.map(start));
    expect(await counts(names.map((name) => `of-${name}-changelog`))).toEqual(eights);
  });

  test('a group that may not give its changelog more partitions says so', async () => {
    const name = unique('grown');
    const group = unique('g');
    await streams.admin.ensureTopics([{ name, partitions: 1 }]);
    const { member } = await counting('exactly-once', name, group);
    await member.stop();
    await admin.createPartitions({ topicPartitions: [{ topic: name, count: 2 }] });
    const acl = (resourceType: number, resourceName: string, operation: number, permissionType: number) => ({
      ...{ resourceType, resourceName, resourcePatternType: 3, principal: 'User:app', host: '*' },
      ...{ operation, permissionType },
    });
    // Everything but ALTER of this topic.
    await admin.createAcls({
      acl: [acl(2, '*', 2, 3), acl(3, '*', 2, 3), acl(2, `${group}-changelog`, 7, 2)],
    });
    await using app = createStreams(await openKafka(url('app')));
    await expect(counting('exactly-once', name, group, app)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining(`the topic ${group}-changelog was not given 2 partitions`),
    });
  });

  test('a topic that is missing is waited for by a group that has run, also at its start', async () => {
    const name = unique('missing');
    const items = topic<Item>(name, { key: () => 'all' });
    const kept = unique('kept');
    const group = unique('g');
    await streams.admin.ensureTopics([name, kept].map((each) => ({ name: each, partitions: 1 })));
    const both = async (seen: string[]): Promise<Running> => {
      const member = await streams.run({
        group,
        mode: 'partitioned',
        delivery: 'at-least-once',
        leaseMs: 3_000,
        routes: [name, kept].map((each) =>
          on(topic<Item>(each, { key: () => 'all' }), ({ value }) => void seen.push(value.n)),
        ),
      });
      running.push(member);
      return member;
    };
    const seen: string[] = [];
    const member = await both(seen);
    await other.publish(items, named('old', 5));
    await member.caughtUp();
    await other.admin.deleteTopic(name);
    await vi.waitFor(() => expect(member.state()).toBe('degraded'), patient);
    await other.admin.ensureTopics([{ name, partitions: 1 }]);
    await other.publish(items, named('new', 5));
    await vi.waitFor(() => expect(seen.filter((n) => n.startsWith('new'))).toHaveLength(5), patient);
    await vi.waitFor(() => expect(member.state()).toBe('running'), patient);
    await member.stop();

    await other.admin.deleteTopic(name);
    const starting = both(seen);
    await other.admin.ensureTopics([{ name, partitions: 1 }]);
    await other.publish(items, named('third', 5));
    await starting;
    await vi.waitFor(() => expect(seen.filter((n) => n.startsWith('third'))).toHaveLength(5), patient);
  });

  describe('a topic of somebody else whose name ends in -changelog', () => {
    test('is shown, is read, and stays when a group of that name is deleted', async () => {
      const group = unique('customers');
      const name = `${group}-changelog`;
      const theirs = topic<Item>(name, { key: ({ n }) => n });
      const orders = unique('orders');
      await admin.createTopics({ topics: [{ topic: name, numPartitions: 3 }] });
      await streams.admin.ensureTopics([{ name: orders, partitions: 1 }]);
      await streams.publish(theirs, named('row', 30));
      expect(await streams.admin.topics()).toContain(name);
      const { member } = await counting('at-least-once', orders, group);
      await member.stop();
      await streams.admin.deleteGroup(group);
      const left: string[] = [];
      for await (const { value } of streams.read(theirs, { to: 'now' })) left.push(value.n);
      expect(left).toHaveLength(30);
    });

    test('is refused to a group that would keep its state there, with its name', async () => {
      const group = unique('totals');
      const orders = unique('orders');
      await streams.admin.ensureTopics([{ name: orders, partitions: 1 }]);
      // As the Java library Kafka Streams makes them.
      await admin.createTopics({
        topics: [
          {
            topic: `${group}-changelog`,
            numPartitions: 1,
            configEntries: [{ name: 'cleanup.policy', value: 'compact' }],
          },
        ],
      });
      await expect(counting('exactly-once', orders, group)).rejects.toMatchObject({
        code: 'TOPIC_MISMATCH',
        message: expect.stringContaining(`${group}-changelog`),
      });
      expect((await streams.admin.describe(`${group}-changelog`)).partitions[0]?.records).toBe(0);
    });

    test('is told from one that the release before the mark made, which is hidden, used and deleted with its group', async () => {
      const [group, orders] = [unique('kept'), unique('orders')];
      const changelog = `${group}-changelog`;
      await streams.admin.ensureTopics([{ name: orders, partitions: 1 }]);
      const configs = {
        'cleanup.policy': 'compact',
        'max.message.bytes': String(16 * 1024 * 1024 + 64 * 1024),
      };
      const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }));
      await admin.createTopics({ topics: [{ topic: changelog, numPartitions: 1, configEntries }] });
      expect(await streams.admin.topics()).not.toContain(changelog);
      const { member } = await counting('exactly-once', orders, group);
      await other.publish(topic<Item>(orders, { key: () => 'all' }), named('o', 3));
      await member.caughtUp();
      await member.stop();
      await streams.admin.deleteGroup(group);
      expect(await admin.listTopics()).not.toContain(changelog);
    });

    test('is told from ours, which is hidden and goes with its group; one that would lose state is refused', async () => {
      const [group, orders] = [unique('sums'), unique('orders')];
      await streams.admin.ensureTopics([{ name: orders, partitions: 1 }]);
      const { member } = await counting('exactly-once', orders, group);
      await other.publish(topic<Item>(orders, { key: () => 'all' }), named('o', 3));
      await member.caughtUp();
      await member.stop();
      const changelog = `${group}-changelog`;
      expect(await admin.listTopics()).toContain(changelog);
      expect(await streams.admin.topics()).not.toContain(changelog);
      await admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: 2,
            name: changelog,
            configEntries: [
              { name: 'cleanup.policy', value: 'delete' },
              { name: 'max.compaction.lag.ms', value: '9223372036854775806' },
            ],
          },
        ],
      });
      await expect(counting('exactly-once', orders, group)).rejects.toThrow('cleanup.policy');
      await streams.admin.deleteGroup(group);
      expect(await admin.listTopics()).not.toContain(changelog);
    });
  });

  test('a group that may not use its transactional ids, or be a group any more, is degraded with the reason, and goes on once it may', async () => {
    const [name, output] = [unique('pays.in'), unique('pays.out')];
    const group = unique('pays');
    const allow = (resourceType: number): Parameters<Admin['createAcls']>[0] => ({
      acl: [
        {
          resourceType,
          resourceName: 'pays',
          resourcePatternType: 4,
          principal: 'User:app',
          host: '*',
          operation: 2,
          permissionType: 3,
        },
      ],
    });
    for (const resource of [2, 3]) await admin.createAcls(allow(resource));
    await streams.admin.ensureTopics([name, output].map((each) => ({ name: each, partitions: 2 })));
    await streams.publish(topic<Item>(name, { key: ({ n }) => n }), named('i', 10));
    const told: Notice[] = [];
    const driver = await openKafka(url('app'));
    driver.onNotice((notice) => told.push(notice));
    await using app = createStreams(driver);
    const join = (of: string): Promise<Running> =>
      app.run({
        group: of,
        mode: 'partitioned',
        delivery: 'exactly-once',
        leaseMs: 3_000,
        routes: [
          on(topic<Item>(name), ({ value }, context) => {
            context.send(topic<Item>(output, { key: ({ n }) => n }), value);
          }),
        ],
      });
    const gone = await join(unique('pays'));
    await vi.waitFor(() => expect(gone.state()).toBe('degraded'), patient);
    await gone.stop();
    expect(
      told.map(({ kind }) => kind),
      'a member that stops has not recovered',
    ).not.toContain('group-recovered');
    told.length = 0;
    const member = await join(group);
    running.push(member);
    await vi.waitFor(() => expect(member.state()).toBe('degraded'), patient);
    const before = (await streams.admin.describeGroup(group)).partitions.map(({ epoch }) => epoch);
    await admin.createAcls(allow(5));
    await vi.waitFor(() => expect(member.state()).toBe('running'), patient);
    await member.caughtUp();
    expect(told.filter(({ kind }) => kind === 'group-recovered')).toHaveLength(1);
    const reasons = told.filter(({ message }) => /TRANSACTIONAL_ID_AUTHORIZATION_FAILED/.test(message));
    expect(reasons.map(({ kind }) => kind)).toEqual(['group-degraded']);
    const after = (await streams.admin.describeGroup(group)).partitions.map(({ epoch }) => epoch);
    expect(after, 'the partitions stayed where they were').toEqual(before);

    // So is one that may not be in its group any more: it is told once, not with each heartbeat.
    told.length = 0;
    const ofGroups = { resourceType: 3, resourceName: 'pays', resourcePatternType: 4, operation: 2 };
    await admin.deleteAcls({ filters: [{ ...ofGroups, permissionType: 3 }] });
    await vi.waitFor(() => expect(member.leases()).toEqual([]), patient);
    expect(member.state()).toBe('degraded');
    const refusals = told.filter(({ message }) => /GROUP_AUTHORIZATION_FAILED/.test(message));
    expect(refusals.map(({ kind }) => kind)).toEqual(['group-degraded']);
    await admin.createAcls(allow(3));
    await vi.waitFor(() => expect(member.state()).toBe('running'), patient);
    await vi.waitFor(() => expect(member.leases()).toEqual([0, 1]), patient);
    await member.stop();
  });

  test('a group whose dead letters somebody deleted names them, and makes them again when it is joined again', async () => {
    const [name, group] = [unique('pays.in'), unique('pays')];
    await streams.admin.ensureTopics([{ name, partitions: 1 }]);
    const items = topic<Item>(name, { key: ({ n }) => n });
    const join = (): Promise<Running> =>
      streams.run({
        group,
        mode: 'partitioned',
        delivery: 'exactly-once',
        stores: [totals],
        retry: { attempts: 1, delay: () => 1 },
        routes: [
          on(items, () => {
            throw new Rejected('no');
          }),
        ],
      });
    const first = await join();
    const ended = expect(first.finished).rejects.toMatchObject({
      code: 'UNKNOWN_TOPIC',
      message: expect.stringContaining(`${group}.dead-letters:0 cannot take part`),
    });
    await streams.publish(items, named('a', 1));
    await first.caughtUp();
    await admin.deleteTopics({ topics: [`${group}.dead-letters`] });
    await streams.publish(items, named('b', 1));
    await ended;
    const second = await join();
    running.push(second);
    await second.caughtUp();
    let letters = 0;
    for await (const _ of streams.admin.deadLetters(group)) letters += 1;
    expect(letters, 'what is read is the topic that was made again').toBe(1);
    await second.stop();
  });

  describe('trimming', () => {
    test('is refused to a user who may not see all groups, with the right to ask for', async () => {
      const name = unique('shop.in');
      const items = topic<Item>(name, { key: () => 'all' });
      await streams.admin.ensureTopics([{ name, partitions: 1 }]);
      await streams.publish(items, named('i', 10));
      await admin.createAcls({
        acl: [3, 4, 6, 8, 10].map((operation) => ({
          resourceType: 2,
          resourceName: 'shop.',
          resourcePatternType: 4,
          principal: 'User:app',
          host: '*',
          operation,
          permissionType: 3,
        })),
      });
      await admin.setOffsets({
        groupId: unique('analytics'),
        topic: name,
        partitions: [{ partition: 0, offset: '2' }],
      });
      const app = createStreams(await openKafka(url('app')));
      try {
        await expect(app.admin.trim(name, { keep: 0 })).rejects.toMatchObject({
          code: 'UNAUTHORIZED',
          message: expect.stringContaining('DESCRIBE on the cluster'),
        });
      } finally {
        await app[Symbol.asyncDispose]();
      }
      expect(await streams.admin.trim(name, { keep: 0 })).toBe(2);
    });

    test('leaves what a share group has not acknowledged', async () => {
      const [name, group] = [unique('work'), unique('workers')];
      const items = topic<Item>(name, { key: () => 'all' });
      await streams.admin.ensureTopics([{ name, partitions: 1 }]);
      const config = join(await mkdtemp(join(tmpdir(), 'share-')), 'client.properties');
      const login = `${security}.plain.PlainLoginModule required username="root" password="root";`;
      await writeFile(
        config,
        `security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config=${login}\n`,
      );
      const consumed = new AbortController();
      const consuming = runJavaClient('consumer.ConsoleShareConsumer', [
        ...['--bootstrap-server', `127.0.0.1:${server.port}`, '--command-config', config],
        ...['--topic', name, '--group', group, '--max-messages', '2'],
      ]).finally(() => consumed.abort());
      consuming.catch(() => undefined);
      const published: string[] = [];
      // A share group begins with what comes after it.
      while (!consumed.signal.aborted) {
        const [item] = named(`w${published.length}`, 1) as [Item];
        await streams.publish(items, [item]);
        published.push(item.n);
        await pause(100, consumed.signal);
      }
      for (const item of named('later', 3)) {
        await streams.publish(items, [item]);
        published.push(item.n);
      }
      await consuming;
      const told = await runJavaClient('consumer.group.ShareGroupCommand', [
        ...['--bootstrap-server', `127.0.0.1:${server.port}`, '--command-config', config],
        ...['--describe', '--offsets', '--group', group],
      ]);
      // GROUP, TOPIC, PARTITION and START-OFFSET: the first record that the group has not done with.
      const first = Number(new RegExp(`${name}\\s+0\\s+(\\d+)`).exec(told)?.[1]);
      expect(first).toBeGreaterThan(0);
      await streams.admin.trim(name, { keep: 0 });
      const left: string[] = [];
      for await (const { value } of streams.read(items, { to: 'now' })) left.push(value.n);
      expect(left).toEqual(published.slice(first));
    });
  });
});

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return delay(ms, undefined, { signal }).catch(() => undefined);
}
