import { type Driver, on, store, topic as topicNamed } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { freePorts, type KafkaServer, requireService, startKafka } from '@millrace/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openKafka } from '../src/index.ts';
import { type LateProxy, startLateProxy } from './late-proxy.ts';
import { storedIn, topicOf, use } from './support.ts';

const withKafka = requireService('kafka');
const patient = { timeout: 60_000, interval: 50 };
const most = 4;
/** Kinds of requests. */
const metadata = 3;
const describeShareGroupOffsets = 90;

withKafka('the connections of a member', () => {
  let proxy: LateProxy;
  let server: KafkaServer;
  let url: string;
  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    proxy = await startLateProxy(port);
    server = await startKafka({ port, advertisedPort: proxy.port });
    url = `kafka://127.0.0.1:${proxy.port}`;
  });
  afterAll(async () => {
    await proxy?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  test(`are ${most} at 3 topics of 100 partitions, all of which it reads`, async () => {
    const partitions = 100;
    await using driver = await openKafka(url);
    const kafka = use(driver);
    const inputs = await Promise.all([1, 2, 3].map(() => topicOf(kafka, { partitions })));
    const output = topicNamed<number>(await topicOf(kafka));
    const streams = createStreams(driver);
    const handled = new Set<string>();
    const counts = store<number>('counts');
    const lookUps = proxy.count(metadata);
    await using running = await streams.run({
      group: `g-${inputs[0]}`,
      mode: 'partitioned',
      delivery: 'exactly-once',
      stores: [counts],
      routes: inputs.map((name) =>
        on(topicNamed<number>(name), ({ topic, partition, value }, context) => {
          handled.add(`${topic}:${partition}`);
          context.state(counts).set(`${topic}:${partition}`, value);
          context.send(output, value);
        }),
      ),
    });
    await appendToEach(driver, inputs, partitions);
    await running.caughtUp();
    expect(handled.size).toBe(3 * partitions);
    expect(await storedIn(driver, output.name)).toHaveLength(3 * partitions);
    expect(proxy.count(metadata) - lookUps, 'topics are not looked up for each partition').toBeLessThan(
      partitions,
    );
    expect(proxy.connections).toBeLessThanOrEqual(most);
    expect(proxy.openConnections).toBeGreaterThan(0);
  });

  test(`are ${most} of a competing group at 3 topics of 100 partitions, all of which it reads`, async () => {
    const partitions = 100;
    await using driver = await openKafka(url);
    const inputs = await Promise.all([1, 2, 3].map(() => topicOf(use(driver), { partitions })));
    const handled = new Set<string>();
    await using running = await createStreams(driver).run({
      group: `g-${inputs[0]}`,
      mode: 'competing',
      delivery: 'at-least-once',
      routes: inputs.map((name) =>
        on(topicNamed<number>(name), ({ topic, partition }) => void handled.add(`${topic}:${partition}`)),
      ),
    });
    await appendToEach(driver, inputs, partitions);
    await running.caughtUp();
    expect(handled.size).toBe(3 * partitions);
    // What the broker sits on is asked over a fourth, which ends with the answer.
    await vi.waitFor(() => expect(proxy.openConnections).toBeLessThanOrEqual(most), patient);
    expect(proxy.openConnections).toBeGreaterThan(0);
  });

  test('let a broker that sits on the state of a share group hold up neither what asks for it nor appends', async () => {
    await using driver = await openKafka(url);
    const topic = await topicOf(use(driver));
    const group = `g-${topic}`;
    const options = {
      topics: [topic],
      start: 'earliest',
      acks: 'all',
      leaseMs: 3_000,
      maxInFlight: 10,
    } as const;
    await using member = await driver.compete(group, options);
    await use(driver).append(topic, ['"1"']);
    const [record] = await member.fetch(1, { signal: AbortSignal.timeout(patient.timeout) });
    if (!record) throw new Error('a record was expected');
    await member.commit([{ record, acknowledged: true, outputs: [] }]);
    proxy.stall(describeShareGroupOffsets);
    await vi.waitFor(() => expect(proxy.stalled).toBe(true), patient);
    expect((await driver.admin.describeGroup(group)).partitions).toMatchObject([{ lag: 0 }]);
    await use(driver).append(topic, ['"2"']);
    expect(proxy.stalled).toBe(true);
    proxy.resume();
  });

  test('let a partition whose handler is slow hold up no other one', async () => {
    await using driver = await openKafka(url);
    const topic = await topicOf(use(driver), { partitions: 2 });
    const numbers = topicNamed<number>(topic);
    const append = async (partition: number, values: readonly number[]): Promise<void> => {
      const common = { topic, partition, key: null, headers: {}, timestamp: Date.now() };
      await driver.append(
        values.map((value) => ({ ...common, value: String(value).padEnd(1_000) })),
        { acks: 'all' },
      );
    };
    const gate = Promise.withResolvers<void>();
    const seen: [number[], number[]] = [[], []];
    const streams = createStreams(driver);
    await using running = await streams.run({
      group: `g-${topic}`,
      mode: 'partitioned',
      delivery: 'at-least-once',
      routes: [
        on(numbers, async ({ partition, value }) => {
          if (partition === 0) await gate.promise;
          seen[partition === 0 ? 0 : 1].push(value);
        }),
      ],
    });
    const values = Array.from({ length: 5_000 }, (_, number) => number);
    await append(0, values);
    for (let at = 0; at < values.length; at += 500) {
      await append(1, values.slice(at, at + 500));
      await vi.waitFor(() => expect(seen[1]).toHaveLength(at + 500), patient);
    }
    expect(seen).toEqual([[], values]);
    gate.resolve();
    await running.caughtUp();
    expect(seen).toEqual([values, values]);
  });
});

/** A record in each partition of each of the topics. */
async function appendToEach(driver: Driver, topics: readonly string[], partitions: number): Promise<void> {
  for (const topic of topics) {
    const records = Array.from({ length: partitions }, (_, partition) => ({
      ...{ topic, partition, key: null, value: '1', headers: {}, timestamp: Date.now() },
    }));
    await driver.append(records, { acks: 'all' });
  }
}
