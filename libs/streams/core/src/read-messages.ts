import { decodeMessage } from './decode.ts';
import type { Driver } from './driver.ts';
import { StreamsError } from './errors.ts';
import { mergeByTime } from './merge-by-time.ts';
import type { Message } from './message.ts';
import type { ReadMessagesOptions } from './options.ts';
import type { Start } from './start.ts';
import type { Topic } from './topic.ts';

const chunk = 256;

export async function* readMessages<Value>(
  driver: Driver,
  topic: Topic<Value>,
  options: ReadMessagesOptions,
): AsyncGenerator<Message<Value>, void, undefined> {
  const count = await driver.partitions(topic.name);
  const partitions = options.partitions ?? Array.from({ length: count }, (_, index) => index);
  for (const partition of partitions) assertPartition(topic.name, partition, count);
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  if (left <= 0) return;
  const sources = partitions.flatMap((partition) => {
    const from = startOf(options.from ?? 'earliest', topic.name, partition);
    const to = options.to;
    const past = typeof to === 'object' && 'through' in to && to.through.partition !== partition;
    if (past) return [];
    return [
      driver.read(topic.name, partition, from, { max: Math.min(chunk, left), signal, ...(to ? { to } : {}) }),
    ];
  });
  try {
    for await (const records of mergeByTime(sources, options.to !== undefined, () => stop.abort())) {
      for (const record of records) {
        yield decodeMessage(topic, record);
        left -= 1;
        if (left <= 0) return;
      }
    }
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
