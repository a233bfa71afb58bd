import type { KeyedMessage, Message } from './decode.ts';
import type { Driver } from './driver.ts';
import { StreamsError } from './errors.ts';
import { mergeByTime } from './merge-by-time.ts';
import { MessageIterator } from './message-iterator.ts';
import type { ReadMessagesOptions } from './options.ts';
import type { Start } from './position.ts';
import type { StoredRecord } from './record.ts';
import { anySignal } from './signals.ts';
import type { Topic } from './topic.ts';

const chunk = 256;

/** Keys of messages of a topic without a key may be null, as the types of `Streams.read` say. */
export function readMessages<Value>(
  driver: Driver,
  topic: Topic<Value>,
  options: ReadMessagesOptions,
): AsyncIterable<KeyedMessage<Value>> {
  const messages: AsyncIterable<Message<Value>> = {
    [Symbol.asyncIterator]: () =>
      new MessageIterator(topic, readRuns(driver, topic.name, options), options.limit),
  };
  return messages as AsyncIterable<KeyedMessage<Value>>;
}

/** Runs of records, in the order in which a reader gets them. */
async function* readRuns(
  driver: Driver,
  topic: string,
  options: ReadMessagesOptions,
): AsyncGenerator<readonly StoredRecord[], void, undefined> {
  const count = await driver.partitions(topic);
  const partitions = options.partitions ?? Array.from({ length: count }, (_, index) => index);
  for (const partition of partitions) assertPartition(topic, partition, count);
  const stop = new AbortController();
  const signal = options.signal ? anySignal([options.signal, stop.signal]) : stop.signal;
  const { limit = chunk, to } = options;
  const sources = partitions.flatMap((partition) => {
    const from = startOf(options.from ?? 'earliest', topic, partition);
    const past = typeof to === 'object' && 'through' in to && to.through.partition !== partition;
    if (past) return [];
    return [
      driver.read(topic, partition, from, { max: Math.min(chunk, limit), signal, ...(to ? { to } : {}) }),
    ];
  });
  try {
    yield* mergeByTime(sources, to !== undefined, () => stop.abort());
  } finally {
    stop.abort();
  }
}

/** A position belongs to one partition; the others are read from their beginning. */
function startOf(from: Start, topic: string, partition: number): Start {
  if (typeof from !== 'object' || !('after' in from)) return from;
  if (from.after.topic !== topic) {
    throw new StreamsError(
      'INVALID_ARGUMENT',
      `a read of ${topic} cannot begin after a position of topic ${from.after.topic}`,
    );
  }
  return from.after.partition === partition ? from : 'earliest';
}

function assertPartition(topic: string, partition: number, count: number): void {
  if (Number.isInteger(partition) && partition >= 0 && partition < count) return;
  throw new StreamsError(
    'INVALID_ARGUMENT',
    `topic ${topic} has partitions 0 to ${count - 1}, not ${partition}`,
  );
}
