import { notFound } from '@millrace/service';
import type { Position, StoredRecord, Streams } from '@millrace/streams';
import { rawTopic } from '@millrace/streams';
import { positionBefore } from './position-before.ts';

const withinMs = 5_000;

/** The record at a position; 404 when it is gone or never was. */
export async function oneMessage(streams: Streams, position: Position): Promise<StoredRecord> {
  const before = positionBefore(position);
  const records = streams.read(rawTopic(position.topic), {
    from: before ? { after: before } : 'earliest',
    to: 'now',
    partitions: [position.partition],
    limit: 1,
    signal: AbortSignal.timeout(withinMs),
  });
  for await (const { record } of records) if (record.offset === position.offset) return record;
  throw notFound(`${position.topic} has no record at ${position.partition}:${position.offset}.`);
}
