import type { DeadLetter } from './admin.ts';
import { bytes } from './codec.ts';
import { isStreamsError } from './errors.ts';
import { type Position, parsePosition } from './position.ts';
import type { StoredRecord } from './record.ts';
import { deadLetterHeaders, deadLetterTopic } from './runtime/dead-letter.ts';
import type { Streams } from './streams.ts';
import { topic } from './topic.ts';

/** The group that takes dead letters back to where they came from; its positions say which are done. */
export function redriveGroup(group: string): string {
  return `${group}.redrive`;
}

/** Dead letters not redriven yet. */
export async function* deadLettersOf(
  streams: Streams,
  group: string,
  options: { readonly limit?: number; readonly signal?: AbortSignal },
): AsyncGenerator<DeadLetter, void, undefined> {
  const letters = topic<Uint8Array>(deadLetterTopic(group).name, { codec: bytes });
  const { partitions } = await streams.admin.describe(letters.name);
  const done = await redriven(streams, group);
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  for (const { partition } of partitions) {
    if (left <= 0) return;
    const after = done.get(partition);
    const messages = streams.read(letters, {
      partitions: [partition],
      from: after ? { after } : 'earliest',
      to: 'now',
      ...(Number.isFinite(left) ? { limit: left } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    for await (const message of messages) {
      left -= 1;
      yield toDeadLetter(message.record);
    }
  }
}

async function redriven(streams: Streams, group: string): Promise<Map<number, Position>> {
  const done = new Map<number, Position>();
  try {
    const { partitions } = await streams.admin.describeGroup(redriveGroup(group));
    for (const { topic, partition, committed } of partitions) {
      if (committed !== undefined) done.set(partition, { topic, partition, offset: committed });
    }
  } catch (error) {
    // Nothing was ever redriven.
    if (!isStreamsError(error, 'UNKNOWN_GROUP')) throw error;
  }
  return done;
}

export function toDeadLetter(record: StoredRecord): DeadLetter {
  const header = (name: string): string => record.headers[name] ?? '';
  return {
    position: { topic: record.topic, partition: record.partition, offset: record.offset },
    origin: parsePosition(header(deadLetterHeaders.origin)) ?? record,
    group: header(deadLetterHeaders.group),
    code: header(deadLetterHeaders.code),
    error: header(deadLetterHeaders.error),
    attempts: Number(header(deadLetterHeaders.attempts)),
    failedAt: new Date(header(deadLetterHeaders.at)),
    record: { ...recordFields(record), headers: withoutDeadLetterHeaders(record) },
  };
}

function recordFields(record: StoredRecord): StoredRecord {
  const { topic, partition, offset, key, value, headers, timestamp } = record;
  return { topic, partition, offset, key, value, headers, timestamp };
}

function withoutDeadLetterHeaders(record: StoredRecord): Record<string, string> {
  const names = new Set<string>(Object.values(deadLetterHeaders));
  return Object.fromEntries(Object.entries(record.headers).filter(([name]) => !names.has(name)));
}
