import {
  type PartitionDescription,
  type Position,
  StreamsError,
  type TopicDescription,
  type TrimOptions,
} from '@millrace/streams';
import { namedFields } from '../commands/named-fields.ts';
import { trim } from '../commands/trim.ts';
import type { DriverContext } from '../context.ts';
import { idOf } from '../entries/ids.ts';
import { producersKey } from '../keys.ts';

export async function describeTopic(context: DriverContext, name: string): Promise<TopicDescription> {
  const { partitions, retention, settings, foreign } = await known(context, name);
  return {
    name,
    ...(foreign ? { foreign } : {}),
    retention,
    settings,
    partitions: await Promise.all(
      Array.from({ length: partitions }, (_, partition) => describePartition(context, name, partition)),
    ),
  };
}

async function describePartition(
  context: DriverContext,
  topic: string,
  partition: number,
): Promise<PartitionDescription> {
  const connection = context.client.connection();
  const key = context.topics.key(topic, partition);
  const [records, first, last] = await Promise.all([
    connection.call('XLEN', [key]),
    connection.call('XRANGE', [key, '-', '+', 'COUNT', 1]),
    connection.call('XREVRANGE', [key, '+', '-', 'COUNT', 1]),
  ]);
  const [firstId, lastId] = [idIn(first), idIn(last) ?? (await lastGenerated(context, key))];
  return {
    partition,
    records: Number(records),
    ...(firstId === undefined ? {} : { first: firstId }),
    ...(lastId === undefined ? {} : { last: lastId }),
  };
}

/** Of a stream from which everything was trimmed. */
async function lastGenerated(context: DriverContext, key: string): Promise<string | undefined> {
  try {
    const info = namedFields(await context.client.connection().call('XINFO', ['STREAM', key]));
    const id = String(info.get('last-generated-id'));
    return id === '0-0' ? undefined : id;
  } catch {
    return undefined;
  }
}

export async function trimTopic(context: DriverContext, name: string, options: TrimOptions): Promise<number> {
  const { partitions } = await known(context, name);
  const counts = await Promise.all(
    Array.from({ length: partitions }, (_, partition) => trimPartition(context, name, partition, options)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function trimPartition(
  context: DriverContext,
  topic: string,
  partition: number,
  options: TrimOptions,
): Promise<number> {
  const stream = context.topics.key(topic, partition);
  const { keep, evenIfUnacknowledged = false } = options;
  const before = boundOf(options.before, topic, partition);
  if (before === 'elsewhere') return 0;
  const connection = context.client.connection();
  let removed =
    before === undefined ? 0 : (await trim(connection, { stream, before, evenIfUnacknowledged })).removed;
  for (let more = keep !== undefined; more; ) {
    const part = await trim(connection, { stream, keep, evenIfUnacknowledged });
    removed += part.removed;
    more = part.more;
  }
  return removed;
}

/** The first id to keep; a position says nothing about other partitions. */
function boundOf(
  before: Date | Position | undefined,
  topic: string,
  partition: number,
): string | undefined | 'elsewhere' {
  if (before === undefined) return undefined;
  if (before instanceof Date) return `${before.getTime()}-0`;
  if (before.topic !== topic) {
    throw new StreamsError(
      'INVALID_ARGUMENT',
      `${topic} cannot be trimmed before a position of topic ${before.topic}`,
    );
  }
  return before.partition === partition ? idOf(before) : 'elsewhere';
}

export async function deleteTopic(context: DriverContext, name: string): Promise<void> {
  const { partitions } = await known(context, name);
  const connection = context.client.connection();
  await Promise.all(
    Array.from({ length: partitions }, async (_, partition) => {
      await connection.call('UNLINK', [context.topics.key(name, partition)]);
      await connection.call('UNLINK', [producersKey(name, partition)]);
    }),
  );
  await context.topics.forget(name);
}

/** As the server has it now, not as it once was. */
async function known(context: DriverContext, name: string): ReturnType<DriverContext['topics']['topic']> {
  return await context.topics.refresh(name);
}

function idIn(entries: unknown): string | undefined {
  const [entry] = entries as [string, unknown][];
  return entry?.[0];
}
