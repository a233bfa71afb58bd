import { bytes, on, partitionOf, Rejected, topic as topicNamed } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
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

  test('what they write without a value, with headers twice or of bytes is the same after dead letter and redrive', async () => {
    const topic = await topicOf(kafka);
    const at = ['-b', address, '-t', topic];
    const twice = ['-H', 'tag=one', '-H', 'tag=two', '-H', 'none', '-H', 'empty=', '-H', 'id=e-1'];
    await runKcat(['-P', ...at, '-Z', '-K', '=', ...twice], 'a=\n');
    await runKcat(['-P', ...at, '-K', '=', '-H', `bin=${'\u00ff'}`], 'b=text\n');
    await runJavaClient(
      'ConsoleProducer',
      [
        ...['--bootstrap-server', address, '--topic', topic],
        ...['--reader-property', 'parse.key=true', '--reader-property', 'key.separator=='],
        ...['--reader-property', 'parse.headers=true', '--reader-property', 'headers.delimiter=;'],
        ...['--reader-property', 'null.marker=NIL'],
      ],
      'tag:one,other:x,tag:two;c=NIL\ntag:one;NIL=v\n',
    );
    const seen = async (from: string): Promise<string[]> => {
      const read = await runKcat(['-C', ...at, '-o', from, '-e', '-q', '-Z', '-f', '%K %k %S %s %h\n']);
      return read.trimEnd().split('\n');
    };
    const written = await seen('beginning');
    expect(written).toHaveLength(4);
    expect(written[0]).toBe('1 a -1 NULL tag=one,tag=two,none=NULL,empty=,id=e-1');
    const streams = createStreams(kafka.driver);
    const running = await streams.run({
      group: `${topic}-group`,
      mode: 'partitioned',
      delivery: 'exactly-once',
      routes: [
        on(topicNamed<Uint8Array>(topic, { codec: bytes }), () => {
          throw new Rejected('none at all');
        }),
      ],
    });
    await running.caughtUp();
    await running.stop();
    expect(await streams.admin.redrive(running.group)).toBe(written.length);
    expect((await seen('beginning')).slice(written.length)).toEqual(written);
  });

  async function expectPlaced(topic: string): Promise<void> {
    for (let partition = 0; partition < partitions; partition++) {
      const expected = keys.filter((key) => partitionOf(key, partitions, 'murmur2') === partition);
      expect(await storedIn(kafka.driver, topic, partition)).toEqual(expected);
    }
  }
});
