import {
  Admin,
  Consumer,
  MessagesStreamModes,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka';
import { type Sample, samples, transform } from '../src/workload.ts';

/** What the bench asks of a client of Kafka. */
interface KafkaOrder {
  readonly brokers: readonly string[];
  readonly messages: number;
  readonly batch: number;
  readonly partitions: number;
  /** Before every name it uses. */
  readonly name: string;
}

/** The same work as the hand-written loops on kafkajs: batches awaited, each message parsed, a transaction for each batch. */
const { brokers, messages, batch, partitions, name } = JSON.parse(process.argv[2] ?? '{}') as KafkaOrder;
/** Without so short a pause each transaction waits for a second while the broker ends the one before. */
const common = { bootstrapBrokers: [...brokers], retries: 1_000, retryDelay: 2 };
const [input, output] = [`${name}-input`, `${name}-output`];
const admin = new Admin({ ...common, clientId: name });
await admin.createTopics({ topics: [input, output], partitions, replicas: -1 });

const produce = await perSecond(async () => {
  const producer = new Producer({ ...common, clientId: name, serializers: stringSerializers, acks: -1 });
  for (const values of samples(messages, batch))
    await producer.send({ messages: values.map((value) => record(input, value)) });
  await producer.close();
});

const consume = await perSecond(async () => {
  const consumer = group('consume');
  const stream = await consumer.consume({
    topics: [input],
    mode: MessagesStreamModes.EARLIEST,
    autocommit: 1_000,
  });
  let left = messages;
  for await (const { value } of stream) {
    JSON.parse(value);
    left -= 1;
    if (left === 0) break;
  }
  await consumer.close(true);
});

const exactlyOnce = await perSecond(async () => {
  const consumer = group('move');
  const producer = new Producer({
    ...common,
    clientId: name,
    serializers: stringSerializers,
    transactionalId: `${name}-move`,
    idempotent: true,
    acks: -1,
  });
  const stream = await consumer.consume({
    topics: [input],
    mode: MessagesStreamModes.EARLIEST,
    autocommit: false,
  });
  let left = messages;
  let waiting: Taken[] = [];
  for await (const message of stream) {
    waiting.push(message);
    left -= 1;
    if (waiting.length < batch && left > 0) continue;
    const taken = waiting;
    waiting = [];
    const transaction = await producer.beginTransaction();
    await transaction.addConsumer(consumer);
    await transaction.send({
      messages: taken.map(({ value }) => record(output, transform(JSON.parse(value) as Sample))),
    });
    const last = new Map(taken.map((each) => [each.partition, each]));
    for (const each of last.values()) await transaction.addOffset(each);
    await transaction.commit();
    if (left === 0) break;
  }
  await producer.close();
  await consumer.close(true);
});

await admin.deleteTopics({ topics: [input, output] });
await admin.close();
process.stdout.write(`${JSON.stringify({ produce, consume, 'exactly-once': exactlyOnce })}\n`);
process.exit();

type Taken = Parameters<Awaited<ReturnType<Producer['beginTransaction']>>['addOffset']>[0] & {
  readonly value: string;
};

function group(kind: string): Consumer<string, string, string, string> {
  return new Consumer({
    ...common,
    clientId: name,
    groupId: `${name}-${kind}`,
    deserializers: stringDeserializers,
  });
}

function record(topic: string, value: Sample): { topic: string; key: string; value: string } {
  return { topic, key: value.key, value: JSON.stringify(value) };
}

async function perSecond(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (messages / (performance.now() - started)) * 1000;
}
