import { crc32 } from 'node:zlib';
import { type NewRecord, StreamsError } from '@millrace/streams';
import type { Partition } from './catalog.ts';
import type { RecordEncoder } from './record-encoder.ts';

/** Encoded records of one partition, to become a batch row or a part of one. */
export interface Chunk {
  readonly partition: Partition;
  readonly records: number;
  /** The largest timestamp. */
  readonly time: number;
  readonly body: Buffer;
  readonly crc: number;
}

/** A batch row holds up to this many bytes, unless a single record is larger. */
export const maxBatchBytes: number = 1024 * 1024;
export const maxBatchRecords: number = 65_536;

/** Encodes records by partition, in their order within each. `places` has the partition of each record. */
export function encodeChunks(
  records: readonly NewRecord[],
  places: readonly Partition[],
  encoder: RecordEncoder,
): Chunk[] {
  const chunks: Chunk[] = [];
  try {
    for (const [partition, own] of groupByPartition(records, places))
      encodePartition(partition, own, encoder, chunks);
  } catch (error) {
    encoder.discard();
    throw error;
  }
  return chunks;
}

function groupByPartition(
  records: readonly NewRecord[],
  places: readonly Partition[],
): Map<Partition, NewRecord[]> {
  const groups = new Map<Partition, NewRecord[]>();
  let at = 0;
  for (const record of records) {
    const partition = places[at++];
    if (partition === undefined) continue;
    const group = groups.get(partition);
    if (group === undefined) groups.set(partition, [record]);
    else group.push(record);
  }
  return groups;
}

function encodePartition(
  partition: Partition,
  records: readonly NewRecord[],
  encoder: RecordEncoder,
  chunks: Chunk[],
): void {
  let count = 0;
  let time = 0;
  const cut = () => {
    const body = encoder.take();
    chunks.push({ partition, records: count, time, body, crc: crc32(body) });
    count = 0;
    time = 0;
  };
  for (const record of records) {
    checkTimestamp(record);
    if (count > 0 && (encoder.length + record.value.length > maxBatchBytes || count === maxBatchRecords))
      cut();
    encoder.add(record);
    count += 1;
    if (record.timestamp > time) time = record.timestamp;
  }
  cut();
}

function checkTimestamp(record: NewRecord): void {
  if (Number.isSafeInteger(record.timestamp) && record.timestamp >= 0) return;
  throw new StreamsError(
    'INVALID_RECORD',
    `A record for ${record.topic} has the timestamp ${record.timestamp}; it must be whole milliseconds since 1970`,
  );
}

/** One chunk with the records of all of them, which belong to one partition and stand in order. */
export function joinChunks(chunks: readonly Chunk[]): Chunk | undefined {
  const [first] = chunks;
  if (first === undefined || chunks.length === 1) return first;
  const body = Buffer.concat(chunks.map((chunk) => chunk.body));
  return {
    partition: first.partition,
    records: chunks.reduce((sum, chunk) => sum + chunk.records, 0),
    time: Math.max(...chunks.map((chunk) => chunk.time)),
    body,
    crc: crc32(body),
  };
}
