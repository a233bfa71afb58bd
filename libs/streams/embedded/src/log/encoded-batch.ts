import { crc32 } from 'node:zlib';
import { type NewRecord, StreamsError } from '@millrace/streams';
import type { Partition } from './catalog.ts';
import type { RecordEncoder } from './record-encoder.ts';

/** Encoded records of one partition, to become a batch row or a part of one. */
export interface EncodedBatch {
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
export function encodeBatches(
  records: readonly NewRecord[],
  partitions: readonly Partition[],
  encoder: RecordEncoder,
): EncodedBatch[] {
  const batches: EncodedBatch[] = [];
  try {
    for (const [partition, own] of groupByPartition(records, partitions))
      encodePartition(partition, own, encoder, batches);
  } catch (error) {
    encoder.discard();
    throw error;
  }
  return batches;
}

function groupByPartition(
  records: readonly NewRecord[],
  partitions: readonly Partition[],
): Map<Partition, NewRecord[]> {
  const groups = new Map<Partition, NewRecord[]>();
  let at = 0;
  for (const record of records) {
    const partition = partitions[at++];
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
  batches: EncodedBatch[],
): void {
  let count = 0;
  let time = 0;
  const cut = () => {
    const body = encoder.take();
    batches.push({ partition, records: count, time, body, crc: crc32(body) });
    count = 0;
    time = 0;
  };
  for (const record of records) {
    checkTimestamp(record);
    if (
      count > 0 &&
      (encoder.length + (record.value?.length ?? 0) > maxBatchBytes || count === maxBatchRecords)
    )
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
export function joinBatches(batches: readonly EncodedBatch[]): EncodedBatch | undefined {
  const [first] = batches;
  if (first === undefined || batches.length === 1) return first;
  const body = Buffer.concat(batches.map((batch) => batch.body));
  return {
    partition: first.partition,
    records: batches.reduce((sum, batch) => sum + batch.records, 0),
    time: Math.max(...batches.map((batch) => batch.time)),
    body,
    crc: crc32(body),
  };
}
