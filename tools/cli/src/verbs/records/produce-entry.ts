import { formatPosition, type Position } from '@millrace/streams';
import { splitPair } from '../../input/pair.ts';
import { UsageError } from '../../usage-error.ts';
import type { Call, Connection } from '../../verb.ts';
import { Placement } from './placement.ts';

/** Whether `--fields` are to be the fields of an entry: in a stream of Redis that others made, and read. */
export async function isForeignStream({ driver, streams }: Connection, topic: string): Promise<boolean> {
  return driver.name === 'redis' && (await streams.admin.describe(topic)).foreign === true;
}

/** One entry with the fields as they are given, as XADD stores it. It is acknowledged by the leader. */
export async function produceEntry(call: Call, connection: Connection, topic: string): Promise<void> {
  const { parameters } = call;
  for (const option of ['header', 'keyPath', 'keySeparator', 'ndjson'])
    if (
      parameters.flag(option) ||
      parameters.text(option) !== undefined ||
      parameters.list(option).length > 0
    )
      throw new UsageError(
        `${topic} was made by others: with --fields its entries have these fields alone, and --key`,
      );
  if (parameters.text('acks') === 'all')
    throw new UsageError(`${topic} was made by others: an entry with fields waits for the leader alone`);
  const key = parameters.text('key') ?? null;
  const pairs = parameters.rest(1).map((pair) => splitPair('--fields', pair));
  const fields = key === null ? pairs : [['key', key] as const, ...pairs];
  const partition = new Placement(await connection.driver.partitions(topic), parameters).of(key, undefined);
  const position: Position = {
    topic,
    partition,
    offset: await addEntry(connection, { topic, partition, fields }),
  };
  await call.output.value(position, () => formatPosition(position));
}

async function addEntry(
  { login, namespace }: Connection,
  {
    topic,
    partition,
    fields,
  }: {
    readonly topic: string;
    readonly partition: number;
    readonly fields: readonly (readonly [string, string])[];
  },
): Promise<string> {
  const name = namespace === undefined ? topic : `${namespace}.${topic}`;
  const { openRedisClient } = await import('@millrace/streams-redis');
  const client = await openRedisClient(login);
  try {
    await client.connect();
    // One stream by the bare name, or one for each partition.
    const bare = (await client.type(name)) === 'stream';
    const stream = bare ? name : `${name}:{P${partition}}`;
    return String(await client.xadd(stream, 'NOMKSTREAM', '*', ...fields.flat()));
  } finally {
    client.disconnect();
  }
}
