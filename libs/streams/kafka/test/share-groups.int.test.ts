import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Delivery, type Notice, on, type Running, topic as topicNamed } from '@millrace/streams';
import { type CompetingMember, createStreams, type GroupOptions } from '@millrace/streams/driver';
import {
  freePorts,
  type KafkaServer,
  type ReplyProxy,
  requireService,
  startKafka,
  startReplyProxy,
} from '@millrace/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { BrokerHealth } from '../src/client/broker-health.ts';
import { Cluster } from '../src/client/cluster.ts';
import { openKafka } from '../src/index.ts';
import { incrementalAlterConfigsRequest } from '../src/wire/configs.ts';
import { groupOptions, topicOf, type Used, use } from './support.ts';

const withKafka = requireService('kafka');
const patient = { timeout: 60_000, interval: 20 };
const never = new AbortController().signal;
const holder = fileURLToPath(new URL('hold-records.ts', import.meta.url));

withKafka('share groups', () => {
  let server: KafkaServer;
  let proxy: ReplyProxy;
  let kafka: Used;
  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    proxy = await startReplyProxy(port);
    const properties = { 'group.share.max.delivery.count.limit': '5' };
    server = await startKafka({ port, advertisedPort: proxy.port, properties });
    kafka = use(await openKafka(server.url));
  });
  afterAll(async () => {
    await kafka?.driver[Symbol.asyncDispose]();
    await proxy?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  const options = (topic: string): GroupOptions => groupOptions(topic, 3_000);

  const lettersOf = async (group: string): Promise<(readonly [offset: string, code: string])[]> => {
    const letters = [];
    for await (const { origin, code } of createStreams(kafka.driver).admin.deadLetters(group))
      letters.push([origin.offset, code] as const);
    return letters;
  };

  const run = async (group: string, topic: string, handled: string[]): Promise<Running> =>
    await createStreams(kafka.driver).run({
      group,
      mode: 'competing',
      delivery: 'at-least-once',
      routes: [on(topicNamed<string>(topic), ({ value }) => void handled.push(value))],
    });

  test('dead-letter a record on its last delivery, and what was given back untried stays untried', async () => {
    const topic = await topicOf(kafka);
    const group = `g-${topic}`;
    await kafka.append(topic, ['"a"', '"b"']);
    // The broker counts these deliveries; nobody attempts what they bring.
    for (let delivery = 1; delivery < 5; delivery++) {
      await using member = await kafka.driver.compete(group, options(topic));
      const taken = await member.fetch(2, { signal: never });
      expect(taken.map(({ attempt, lastDelivery }) => [attempt, lastDelivery])).toEqual(
        taken.map(() => [1, false]),
      );
      await member.commit(
        taken
          .filter(({ offset }) => offset === '1')
          .map((record) => ({ record, acknowledged: true, outputs: [] })),
      );
    }
    const handled: string[] = [];
    await using running = await run(group, topic, handled);
    await running.caughtUp();
    expect(handled).toEqual([]);
    expect(await lettersOf(group)).toEqual([['0', 'HANDLER_FAILED']]);
  });

  test('count no attempt for what was in hand when connections were cut: its process lives', async () => {
    const topic = await topicOf(kafka);
    const group = `g-${topic}`;
    await kafka.append(topic, ['"a"', '"b"']);
    const handled: string[] = [];
    let cuts = 0;
    await using running = await createStreams(kafka.driver).run({
      group,
      mode: 'competing',
      delivery: 'at-least-once',
      retry: { attempts: 2, delay: () => 0 },
      routes: [
        on(topicNamed<string>(topic), ({ value }) => {
          handled.push(value);
          // The broker frees what is in hand, and counts another delivery when it comes again.
          if (value === 'a' && cuts++ < 3) proxy.cut();
        }),
      ],
    });
    await running.caughtUp();
    expect(await lettersOf(group)).toEqual([]);
    expect(handled.filter((value) => value === 'a')).toHaveLength(4);
  });

  test('accuse only what was alone in hand of having ended a process', async () => {
    const topic = await topicOf(kafka);
    const group = `g-${topic}`;
    await kafka.append(topic, ['"a"', '"b"']);
    for (const attempt of [1, 2]) {
      const taken: unknown[] = [];
      const child = fork(holder, [server.url, topic, group], {
        execArgv: ['--conditions=@millrace/source', '--disable-warning=ExperimentalWarning'],
      });
      child.on('message', (delivery) => taken.push(delivery));
      const both = [
        ['0', attempt],
        ['1', attempt],
      ];
      await vi.waitFor(() => expect(taken).toEqual(both), patient);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await using member = await kafka.driver.compete(group, options(topic));
    const left = await fetchCount(member, 2);
    expect(left.map(({ offset, attempt }) => [offset, attempt])).toEqual([
      ['0', 2],
      ['1', 2],
    ]);
  });

  test('say which lock the broker allows, and are refused to groups of the other mode', async () => {
    const topic = await topicOf(kafka);
    const notices: Notice[] = [];
    const unsubscribe = kafka.driver.onNotice((notice) => notices.push(notice));
    await using member = await kafka.driver.compete(`g-${topic}`, options(topic));
    unsubscribe();
    expect(notices).toMatchObject([{ kind: 'retrying', details: { leaseMs: 3_000, lockMs: 15_000 } }]);
    const { members } = await kafka.driver.admin.describeGroup(`g-${topic}`);
    expect(members.map((each) => each.member)).toEqual([member.member]);
    const partitioned = createStreams(kafka.driver).run({
      group: `g-${topic}`,
      mode: 'partitioned',
      delivery: 'at-least-once',
      routes: [on(topicNamed<string>(topic), () => undefined)],
    });
    await expect(partitioned).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test('tell what was trimmed before they had it, not what is in hand, and go on after it', async () => {
    const topic = await topicOf(kafka);
    const group = `g-${topic}`;
    const lost: unknown[] = [];
    const unsubscribe = kafka.driver.onNotice(({ kind, details }) => {
      if (kind === 'records-lost' && details['group'] === group)
        lost.push([details['topic'], details['partition'], details['from'], details['through']]);
    });
    const trim = async (keep: number): Promise<void> => {
      await kafka.driver.admin.trim(topic, { keep, evenIfUnacknowledged: true });
    };
    await kafka.append(topic, ['"0"', '"1"']);
    {
      await using member = await kafka.driver.compete(group, { ...options(topic), maxInFlight: 2 });
      const held = await fetchCount(member, 2);
      await commitAll(member, held.slice(0, 1));
      // Two batches: the first goes away, of the second not even a part can.
      await kafka.append(topic, ['"2"', '"3"', '"4"']);
      await kafka.append(topic, ['"5"', '"6"', '"7"']);
      await trim(1);
      await vi.waitFor(() => expect(lost).toEqual([[topic, 0, 2, 4]]), patient);
      expect(await commitAll(member, held.slice(1))).toEqual(['committed']);
      const left = await fetchCount(member, 2);
      expect(left.map(({ offset }) => offset)).toEqual(['5', '6']);
      await commitAll(member, left);
      const [last] = await fetchCount(member, 1);
      expect(last?.offset).toBe('7');
      await trim(0);
    }
    // It was given back, and no other member can have it any more.
    await vi.waitFor(() => expect(lost.slice(1)).toEqual([[topic, 0, 7, 7]]), patient);
    await kafka.append(topic, ['"8"']);
    await kafka.append(topic, ['"9"']);
    await trim(1);
    await using _member = await kafka.driver.compete(group, options(topic));
    await vi.waitFor(() => expect(lost.slice(2)).toEqual([[topic, 0, expect.any(Number), 8]]), patient);
    unsubscribe();
  });

  test('set back what somebody changes of their settings, and say so', async () => {
    const topic = await topicOf(kafka);
    const group = `g-${topic}`;
    const notices: Notice[] = [];
    const unsubscribe = kafka.driver.onNotice((notice) => notices.push(notice));
    await using _member = await kafka.driver.compete(group, { ...options(topic), leaseMs: 200 });
    const settingsOf = async () => (await kafka.driver.admin.describeGroup(group)).settings;
    const before = await settingsOf();
    const silent = new BrokerHealth(() => undefined);
    const port = Number(new URL(server.url).port);
    const cluster = new Cluster([{ host: '127.0.0.1', port }], { clientId: 'another' }, silent);
    const changed = { 'share.delivery.count.limit': '2', 'share.isolation.level': 'read_uncommitted' };
    await cluster.connections().any(incrementalAlterConfigsRequest(group, 'group', changed));
    cluster.close();
    const told = () => notices.filter(({ kind }) => kind === 'unsafe-settings').map(({ details }) => details);
    const settings = expect.stringContaining('share.delivery.count.limit');
    await vi.waitFor(() => expect(told()).toContainEqual({ group, settings }), patient);
    // The broker's own limit, which the group had without a setting.
    const after = { ...before, 'share.delivery.count.limit': '5' };
    await vi.waitFor(async () => expect(await settingsOf()).toEqual(after), patient);
    unsubscribe();
  });

  test('wait for a broker that is killed: degraded meanwhile, and nothing is lost', async () => {
    const topic = await topicOf(kafka);
    const handled: string[] = [];
    await using running = await run(`g-${topic}`, topic, handled);
    await kafka.append(topic, ['"before"']);
    await running.caughtUp();
    await server.kill();
    await vi.waitFor(() => expect(running.state()).toBe('degraded'), patient);
    await server.start();
    await kafka.append(topic, ['"after"']);
    await running.caughtUp();
    await vi.waitFor(() => expect(running.state()).toBe('running'), patient);
    expect(new Set(handled)).toEqual(new Set(['before', 'after']));
  });
});

withKafka('a cluster whose share groups are turned off', () => {
  test('refuses competing groups, and says what would turn them on', async () => {
    await using server = await startKafka({ formatting: ['--feature', 'share.version=0'] });
    await using driver = await openKafka(server.url);
    const topic = await topicOf(use(driver));
    const compete = driver.compete('g', groupOptions(topic, 3_000));
    await expect(compete).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringMatching(/ShareFetch in version 2|share\.version=1/),
    });
  });
});

async function fetchCount(member: CompetingMember, count: number): Promise<Delivery[]> {
  const taken: Delivery[] = [];
  while (taken.length < count) taken.push(...(await member.fetch(count - taken.length, { signal: never })));
  return taken;
}

function commitAll(member: CompetingMember, records: readonly Delivery[]): Promise<unknown> {
  return member.commit(records.map((record) => ({ record, acknowledged: true, outputs: [] })));
}
