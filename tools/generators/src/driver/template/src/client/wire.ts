import {
  type Delivery,
  type End,
  type NewRecord,
  type Position,
  type Start,
  type StoredRecord,
  StreamsError,
} from '@millrace/streams';
import { exampleCapabilities } from '../capabilities.ts';
import type { WireDelivery, WireEnd, WireRecord, WireStart, WireStored } from '../protocol.ts';

/** TOO_LARGE for a record that the backend does not hold. */
export function encodeRecord(record: NewRecord): WireRecord {
  const key = record.key === null ? null : bytesOf(record.key);
  const value = bytesOf(record.value);
  const headers = Object.entries(record.headers)
    .flat()
    .reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const size = value.length + (key?.length ?? 0) + headers;
  const { maxRecordBytes } = exampleCapabilities;
  if (size > maxRecordBytes)
    throw new StreamsError(
      'TOO_LARGE',
      `a record for topic ${record.topic} has ${size} bytes, and the backend holds ${maxRecordBytes}`,
    );
  return { ...record, key: key?.toString('base64') ?? null, value: value.toString('base64') };
}

export function decodeRecord(record: WireStored): StoredRecord {
  return {
    ...record,
    offset: String(record.offset),
    key: record.key === null ? null : Buffer.from(record.key, 'base64'),
    value: Buffer.from(record.value, 'base64'),
  };
}

export function decodeDelivery(delivery: WireDelivery): Delivery {
  return { ...decodeRecord(delivery), attempt: delivery.attempt };
}

export function encodeStart(start: Start): WireStart {
  return typeof start === 'object' && 'at' in start ? { at: start.at.getTime() } : start;
}

export function encodeEnd(end: End): WireEnd {
  return typeof end === 'object' && 'at' in end ? { at: end.at.getTime() } : end;
}

/** The position alone, of a record or a delivery. */
export function positionOf({ topic, partition, offset }: Position): Position {
  return { topic, partition, offset };
}

function bytesOf(bytes: NonNullable<NewRecord['key']>): Buffer {
  return typeof bytes === 'string'
    ? Buffer.from(bytes)
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
