import { setTimeout as delay } from 'node:timers/promises';
import { type Admin, type Consumer, Kafka, logLevel, type Producer } from 'kafkajs';
import type { Sample } from '../workload.ts';

const ledWithinMs = 30_000;

export interface Entry {
  readonly partition: number;
  readonly offset: string;
  readonly value: string;
}

/** What a hand-written loop does with one topic at a time on kafkajs. */
export class KafkaLog {
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #producer: Producer;
  readonly #open: { disconnect(): Promise<void> }[] = [];

  private constructor(kafka: Kafka) {
    this.#kafka = kafka;
    this.#admin = kafka.admin();
    this.#producer = kafka.producer();
  }

  static async open(url: string): Promise<KafkaLog> {
    const brokers = url.replace(/^kafka:\/\//, '').split(',');
    const kafka = new Kafka({
      brokers,
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 1, retries: 1_000, maxRetryTime: 50 },
    });
    const log = new KafkaLog(kafka);
    await log.#admin.connect();
    await log.#producer.connect();
    log.#open.push(log.#admin, log.#producer);
    return log;
  }

  async create(numPartitions: number, ...topics: readonly string[]): Promise<void> {
    await this.#admin.createTopics({
      waitForLeaders: false,
      topics: topics.map((topic) => ({ topic, numPartitions })),
    });
    await this.#led(topics);
  }

  /** kafkajs's own waiting gives up at a broker that is busy and does not know a topic yet. */
  async #led(topics: readonly string[]): Promise<void> {
    for (const until = Date.now() + ledWithinMs; ; await delay(20)) {
      const led = await this.#admin.fetchTopicMetadata({ topics: [...topics] }).then(
        (found) => found.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0)),
        () => false,
      );
      if (led) return;
      if (Date.now() > until) throw new Error(`no leaders of ${topics.join()} within ${ledWithinMs} ms`);
    }
  }

  async add(topic: string, values: readonly Sample[]): Promise<void> {
    await this.#producer.sendBatch({ acks: -1, topicMessages: [{ topic, messages: values.map(message) }] });
  }

  /** Hands over what the topic holds until `work` answers that it is enough. */
  async follow(
    topic: string,
    group: string,
    work: (entries: readonly Entry[], commit: () => Promise<void>) => Promise<boolean>,
  ): Promise<void> {
    const consumer = await this.#consumer(topic, group);
    const enough = Promise.withResolvers<void>();
    await consumer.run({
      eachBatchAutoResolve: false,
      autoCommit: false,
      eachBatch: async ({ batch, resolveOffset }) => {
        const { partition } = batch;
        const entries = batch.messages.map(({ offset, value }) => ({
          partition,
          offset,
          value: String(value),
        }));
        const last = entries.at(-1)?.offset ?? '-1';
        const next = String(BigInt(last) + 1n);
        const commit = (): Promise<void> => consumer.commitOffsets([{ topic, partition, offset: next }]);
        if (await work(entries, commit)) enough.resolve();
        resolveOffset(last);
      },
    });
    await enough.promise;
    await consumer.disconnect();
  }

  /** Outputs and the position behind the entries in one transaction. */
  async mover(group: string): Promise<Move> {
    const producer = this.#kafka.producer({
      transactionalId: group,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    this.#open.push(producer);
    return async (from, to, { entries, outputs }) => {
      const transaction = await producer.transaction();
      await transaction.send({ topic: to, messages: outputs.map(message) });
      const { partition = 0, offset: last = '-1' } = entries.at(-1) ?? {};
      const offset = String(BigInt(last) + 1n);
      const topics = [{ topic: from, partitions: [{ partition, offset }] }];
      await transaction.sendOffsets({ consumerGroupId: group, topics });
      await transaction.commit();
    };
  }

  async remove(...topics: readonly string[]): Promise<void> {
    await this.#admin.deleteTopics({ topics: [...topics] });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#open) await client.disconnect();
  }

  async #consumer(topic: string, group: string): Promise<Consumer> {
    const consumer = this.#kafka.consumer({ groupId: group, maxWaitTimeInMs: 500, minBytes: 1 });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    return consumer;
  }
}

export type Move = (
  from: string,
  to: string,
  step: { readonly entries: readonly Entry[]; readonly outputs: readonly Sample[] },
) => Promise<void>;

function message(value: Sample): { key: string; value: string } {
  return { key: value.key, value: JSON.stringify(value) };
}
