import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createStreams, type Delivery, type Membership, on, topic as topicNamed } from '@millrace/streams';
import { type KafkaServer, medianWait, requireService, startKafka, summaryOfWaits } from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKafka } from '../src/index.ts';
import { joinOptions, topicOf, type Used, use } from './support.ts';

const withKafka = requireService('kafka');
const holder = fileURLToPath(new URL('hold-lease.ts', import.meta.url));
const times = 10;
const leaseMs = 600;
const endlessMs = 600_000;

withKafka('handing over', () => {
  let server: KafkaServer;
  let kafka: Used;
  beforeAll(async () => {
    server = await startKafka();
    kafka = use(await openKafka(server.url));
  });
  afterAll(async () => {
    await kafka.driver[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  test('what a killed member held takes no longer than its session and half a second', async () => {
    const waits: number[] = [];
    for (let kill = 0; kill < times; kill++) {
      const topic = await topicOf(kafka);
      await kafka.append(topic, ['a', 'b']);
      const child = fork(holder, [server.url, topic, `g-${topic}`, String(leaseMs)], {
        execArgv: ['--conditions=@millrace/source', '--disable-warning=ExperimentalWarning'],
      });
      await once(child, 'message');
      await using successor = await kafka.driver.join(`g-${topic}`, joinOptions(topic, leaseMs));
      child.kill('SIGKILL');
      const [wait, first] = await timed(() => firstRecord(successor));
      expect(first?.attempt).toBe(2);
      waits.push(wait);
    }
    console.log(`take-over after kill -9, session ${leaseMs} ms: ${summaryOfWaits(waits)}`);
    expect(medianWait(waits)).toBeLessThan(leaseMs + 500);
  });

  test('what a member that leaves held waits for no session', async () => {
    const waits: number[] = [];
    for (let stop = 0; stop < times; stop++) {
      const topic = await topicOf(kafka);
      await kafka.append(topic, ['a', 'b']);
      const other = await openKafka(server.url);
      const leaving = await other.join(`g-${topic}`, joinOptions(topic, endlessMs));
      await firstRecord(leaving);
      await using successor = await kafka.driver.join(`g-${topic}`, joinOptions(topic, endlessMs));
      const [wait, first] = await timed(async () => {
        await leaving[Symbol.asyncDispose]();
        return await firstRecord(successor);
      });
      expect(first?.attempt).toBe(1);
      waits.push(wait);
      await other[Symbol.asyncDispose]();
    }
    console.log(`hand-over at a graceful stop: ${summaryOfWaits(waits)}`);
    expect(medianWait(waits)).toBeLessThan(1_000);
  });

  test('to a member that joins stops nothing that stays where it is', async () => {
    const items = topicNamed<number>(await topicOf(kafka, { partitions: 4 }));
    const streams = createStreams(kafka.driver);
    const handled = new Map<number, number[]>();
    const options = {
      group: `g-${items.name}`,
      mode: 'partitioned',
      delivery: 'exactly-once',
      routes: [
        on<number>(items, ({ partition }) => {
          const own = handled.get(partition) ?? [];
          handled.set(partition, [...own, performance.now()]);
        }),
      ],
    } as const;
    await using first = await streams.run(options);
    let publishing = true;
    const published = (async () => {
      while (publishing) await streams.publish(items, [0, 1, 2, 3]);
    })();
    while (first.leases().length < 4 || handled.size < 4) await tick();
    const stay: number[] = [];
    for (let join = 0; join < times; join++) {
      await using other = createStreams(await openKafka(server.url));
      const began = performance.now();
      const second = await other.run({ ...options, routes: [on<number>(items, () => undefined)] });
      while (second.leases().length < 2) await tick();
      const ended = performance.now();
      for (const partition of first.leases())
        stay.push(longestGap(handled.get(partition) ?? [], began, ended));
      await second.stop();
      while (first.leases().length < 4) await tick();
    }
    publishing = false;
    await published;
    console.log(`longest pause of a partition that stays while a member joins: ${summaryOfWaits(stay)}`);
    expect(medianWait(stay)).toBeLessThan(200);
  });
});

async function firstRecord(membership: Membership): Promise<Delivery | undefined> {
  for await (const lease of membership) {
    const [record] = await lease.fetch(1, { signal: new AbortController().signal });
    return record;
  }
  return undefined;
}

async function timed<Result>(work: () => Promise<Result>): Promise<[milliseconds: number, result: Result]> {
  const began = performance.now();
  const result = await work();
  return [performance.now() - began, result];
}

function longestGap(times: readonly number[], began: number, ended: number): number {
  const withDeadline = [began, ...times.filter((time) => time > began && time < ended), ended];
  return Math.max(...withDeadline.slice(1).map((time, index) => time - (withDeadline[index] ?? time)));
}

function tick(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 5);
  });
}
