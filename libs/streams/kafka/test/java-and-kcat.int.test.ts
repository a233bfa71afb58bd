import { partitionOf } from '@millrace/streams';
import { type KafkaServer, requireService, runJavaClient, runKcat, startKafka } from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKafka } from '../src/index.ts';
import { storedIn, topicOf, type Used, use } from './support.ts';

const withClients = requireService('kafka-clients');
const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
const partitions = 7;
const keys = Array.from({ length: 200 }, (_, index) => `clé-${index}-${'x'.repeat(index % 9)}`);
const long = ' millrace'.repeat(20_000);

withClients('beside the Java clients and librdkafka', () => {
  let server: KafkaServer;
  let kafka: Used;
  let address: string;
  beforeAll(async () => {
    server = await startKafka();
    kafka = use(await openKafka(server.url));
    address = `127.0.0.1:${server.port}`;
  });
  afterAll(async () => {
    await kafka?.driver[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  test('murmur2 places keys where the Java producer places them', async () => {
    const topic = await topicOf(kafka, { partitions });
    await runJavaClient(
      'ConsoleProducer',
      [
        ...['--bootstrap-server', address, '--topic', topic],
        ...['--reader-property', 'parse.key=true', '--reader-property', 'key.separator=='],
      ],
      keys.map((key) => `${key}=${key}\n`).join(''),
    );
    await expectPlaced(topic);
  });

  test('murmur2 places keys where librdkafka places them', async () => {
    const topic = await topicOf(kafka, { partitions });
    const input = keys.map((key) => `${key}=${key}\n`).join('');
    await runKcat(['-P', '-b', address, '-t', topic, '-K', '=', '-X', 'partitioner=murmur2'], input);
    await expectPlaced(topic);
  });

  test.each(codecs)('what librdkafka compresses by %s is read', async (codec) => {
    const topic = await topicOf(kafka);
    const values = ['short', long, ...keys];
    await runKcat(['-P', '-b', address, '-t', topic, '-z', codec], `${values.join('\n')}\n`);
    expect(await storedIn(kafka.driver, topic)).toEqual(values);
  });

  test('both read what is written here, however it is compressed', async () => {
    const values = ['short', 'ü☃🌊', long];
    const topics: string[] = [];
    for (const codec of codecs) {
      const ours = use(await openKafka(`${server.url}?compression=${codec}`));
      const topic = await topicOf(ours);
      topics.push(topic);
      await ours.append(topic, values, { codec });
      await ours.driver[Symbol.asyncDispose]();
      const format = ['-f', '%h %s\n'];
      const read = await runKcat([
        '-C',
        '-b',
        address,
        '-t',
        topic,
        '-o',
        'beginning',
        '-e',
        '-q',
        ...format,
      ]);
      expect(read.trimEnd().split('\n')).toEqual(values.map((value) => `codec=${codec} ${value}`));
    }
    const read = await runJavaClient('consumer.ConsoleConsumer', [
      ...['--bootstrap-server', address, '--include', topics.join('|'), '--from-beginning'],
      ...['--max-messages', String(values.length * codecs.length)],
      ...['--formatter-property', 'print.headers=true'],
    ]);
    const expected = codecs.flatMap((codec) => values.map((value) => `codec:${codec}\t${value}`));
    expect(read.trimEnd().split('\n').toSorted()).toEqual(expected.toSorted());
  });

  async function expectPlaced(topic: string): Promise<void> {
    for (let partition = 0; partition < partitions; partition++) {
      const expected = keys.filter((key) => partitionOf(key, partitions, 'murmur2') === partition);
      expect(await storedIn(kafka.driver, topic, partition)).toEqual(expected);
    }
  }
});
