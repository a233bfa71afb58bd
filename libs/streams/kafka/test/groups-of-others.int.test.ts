import { on, type Running, topic as topicNamed } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { type KafkaServer, requireService, runJavaClient, startKafka } from '@millrace/testing';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openKafka } from '../src/index.ts';
import { topicOf, type Used, use } from './support.ts';

const withKafka = requireService('kafka');
const patient = { timeout: 60_000, interval: 200 };

withKafka('groups of other programs', () => {
  let server: KafkaServer;
  let kafka: Used;
  beforeAll(async () => {
    server = await startKafka();
    kafka = use(await openKafka(server.url));
  });
  afterAll(async () => {
    await kafka?.driver[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  const run = async (group: string, topic: string): Promise<Running> =>
    await createStreams(kafka.driver).run({
      group,
      mode: 'partitioned',
      delivery: 'at-least-once',
      routes: [on(topicNamed<string>(topic), () => undefined)],
    });

  test('of the types that the coordinator assigns are listed, described, kept from our members, and deleted', async () => {
    const topic = await topicOf(kafka, { partitions: 2 });
    await kafka.append(topic, ['"a"', '"b"', '"c"']);
    const { admin } = kafka.driver;
    const parameters = ['--bootstrap-server', `127.0.0.1:${server.port}`, '--topic', topic];
    const consuming = runJavaClient('consumer.ConsoleConsumer', [
      ...[...parameters, '--group', 'consuming', '--from-beginning', '--timeout-ms', '8000'],
      ...['--command-property', 'group.protocol=consumer'],
    ]);
    const sharing = runJavaClient('consumer.ConsoleShareConsumer', [
      ...[...parameters, '--group', 'sharing', '--timeout-ms', '8000'],
    ]);
    const ends = Promise.allSettled([consuming, sharing]);
    await vi.waitFor(async () => {
      const described = await Promise.all(['consuming', 'sharing'].map((name) => admin.describeGroup(name)));
      expect(described.map(({ mode }) => mode)).toEqual(['partitioned', 'competing']);
      expect(described.map(({ members }) => members.map(({ leases }) => leases))).toEqual([
        [[0, 1]],
        [[0, 1]],
      ]);
    }, patient);
    expect((await admin.groups()).toSorted()).toEqual(['consuming', 'sharing']);
    await expect(admin.deleteGroup('consuming')).rejects.toMatchObject({ code: 'GROUP_ACTIVE' });
    await expect(run('consuming', topic)).rejects.toMatchObject({
      code: 'GROUP_ACTIVE',
      message: expect.stringMatching(/consumer protocol with 1 members \(.*consumer/),
    });
    await expect(run('sharing', topic)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/sharing is a share group with 1 members/),
    });
    await ends;
    const { partitions } = await admin.describeGroup('consuming');
    expect(partitions.map(({ partition, committed, lag }) => [partition, committed, lag])).toEqual([
      [0, '2', 0],
      [1, undefined, 0],
    ]);
    await admin.seek('sharing', 'earliest', {});
    for (const group of ['consuming', 'sharing']) await admin.deleteGroup(group);
    expect(await admin.groups()).toEqual([]);
  });

  test('of the old type refuse our members, and say what holds the group', async () => {
    const topic = await topicOf(kafka);
    const other = new Kafka({ brokers: [`127.0.0.1:${server.port}`], logLevel: logLevel.NOTHING });
    const consumer = other.consumer({ groupId: `theirs-${topic}` });
    const joined = Promise.withResolvers<void>();
    consumer.on(consumer.events.GROUP_JOIN, () => joined.resolve());
    await consumer.connect();
    await consumer.subscribe({ topic });
    await consumer.run({ eachMessage: async () => undefined });
    await joined.promise;
    await expect(run(`theirs-${topic}`, topic)).rejects.toMatchObject({
      code: 'GROUP_ACTIVE',
      message: expect.stringMatching(/members of another program/),
    });
    await consumer.disconnect();
  });
});
