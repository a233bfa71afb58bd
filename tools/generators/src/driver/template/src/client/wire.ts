import {
  type Delivery,
  type End,
  type NewRecord,
  type Position,
  type RawHeader,
  rawHeadersOf,
  type Start,
  type StoredRecord,
  StreamsError,
} from '@millrace/streams';
import { headersOf } from '@millrace/streams/driver';
import { exampleCapabilities } from '../capabilities.ts';
import type { WireDelivery, WireEnd, WireRecord, WireStart, WireStored } from '../protocol.ts';

/** TOO_LARGE for a record that the backend does not hold. */
export function encodeRecord(record: NewRecord): WireRecord {
  const { topic, partition, timestamp } = record;
  const [key, value] = [bytesOf(record.key), bytesOf(record.value)];
  const headers = [...rawHeadersOf({ headers: record.headers }), ...(record.rawHeaders ?? [])];
  const size = headers.reduce(
    (sum, [name, content]) => sum + Buffer.byteLength(name) + (content?.length ?? 0),
    (key?.length ?? 0) + (value?.length ?? 0),
  );
  const { maxRecordBytes } = exampleCapabilities;
  if (size > maxRecordBytes)
    throw new StreamsError(
      'TOO_LARGE',
      `a record for topic ${record.topic} has ${size} bytes, and the backend holds ${maxRecordBytes}`,
    );
  return {
    topic,
    partition,
    timestamp,
    key: base64Of(key),
    value: base64Of(value),
    headers: headers.map(([name, content]) => [name, base64Of(bytesOf(content))]),
  };
}

export function decodeRecord(record: WireStored): StoredRecord {
  const rawHeaders = record.headers.map(([name, content]): RawHeader => [name, decoded(content)]);
  return {
    ...record,
    offset: String(record.offset),
    key: decoded(record.key),
    value: decoded(record.value),
    headers: headersOf(rawHeaders),
    rawHeaders,
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

function bytesOf(bytes: NewRecord['key']): Buffer | null {
  if (bytes === null) return null;
  return typeof bytes === 'string'
    ? Buffer.from(bytes)
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function base64Of(bytes: Buffer | null): string | null {
  return bytes?.toString('base64') ?? null;
}

function decoded(base64: string | null): Buffer | null {
  return base64 === null ? null : Buffer.from(base64, 'base64');
}
