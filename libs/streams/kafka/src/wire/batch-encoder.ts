import type { NewRecord, RawHeader } from '@millrace/streams';
import { type Compression, compress } from './compression.ts';
import { native } from './native.ts';
import { Writer } from './writer.ts';

/** Who writes a batch; without one the broker does not check for repeats. */
export interface BatchProducer {
  readonly id: bigint;
  readonly epoch: number;
  readonly sequence: number;
  readonly transactional: boolean;
}

/** What a batch stores. */
export type BatchRecord = Pick<NewRecord, 'key' | 'value' | 'headers' | 'rawHeaders' | 'timestamp'>;

const magic = 2;
const transactionalFlag = 0x10;
const crcAt = 17;
const attributesAt = 21;
const lengthAt = 8;
const headerBytes = 61;
const noHeaders: readonly RawHeader[] = [];
const noProducer: BatchProducer = { id: -1n, epoch: -1, sequence: -1, transactional: false };

/** One record batch of format 2 (KIP-98). */
export async function encodeBatch(
  records: readonly BatchRecord[],
  compression: Compression,
  producer: BatchProducer = noProducer,
): Promise<Buffer> {
  const first = records[0]?.timestamp ?? 0;
  const body = new Writer(estimate(records));
  let latest = first;
  records.forEach((record, index) => {
    if (record.timestamp > latest) latest = record.timestamp;
    writeRecord(body, record, index, record.timestamp - first);
  });
  const packed = await compress(compression, body.bytes);
  const batch = new Writer(headerBytes + packed.length)
    .int64(0)
    .int32(0)
    .int32(-1)
    .int8(magic)
    .int32(0)
    .int16(compression.code | (producer.transactional ? transactionalFlag : 0))
    .int32(records.length - 1)
    .int64(first)
    .int64(latest)
    .int64(producer.id)
    .int16(producer.epoch)
    .int32(producer.sequence)
    .int32(records.length)
    .raw(packed);
  batch.patchInt32(lengthAt, batch.length - lengthAt - 4);
  const { bytes } = batch;
  batch.patchInt32(crcAt, native.crc32().crc32c(bytes.subarray(attributesAt)));
  return bytes;
}

function estimate(records: readonly BatchRecord[]): number {
  let bytes = 64;
  for (const { key, value } of records) bytes += 64 + (key?.length ?? 0) + (value?.length ?? 0);
  return bytes;
}

function writeRecord(out: Writer, record: BatchRecord, index: number, timestampDelta: number): void {
  const { key, value, headers, rawHeaders = noHeaders } = record;
  const [keyBytes, valueBytes] = [sizeOf(key), sizeOf(value)];
  let size = 1 + varintSize(timestampDelta) + varintSize(index);
  size += varintSize(keyBytes) + Math.max(0, keyBytes) + varintSize(valueBytes) + Math.max(0, valueBytes);
  let count = 0;
  for (const name in headers) {
    const [nameBytes, textBytes] = [Buffer.byteLength(name), Buffer.byteLength(headers[name] ?? '')];
    size += varintSize(nameBytes) + nameBytes + varintSize(textBytes) + textBytes;
    count += 1;
  }
  for (const [name, bytes] of rawHeaders) {
    const [nameBytes, length] = [Buffer.byteLength(name), sizeOf(bytes)];
    size += varintSize(nameBytes) + nameBytes + varintSize(length) + Math.max(0, length);
    count += 1;
  }
  out
    .varint(size + varintSize(count))
    .int8(0)
    .varint(timestampDelta)
    .varint(index);
  writeBytes(out, key, keyBytes);
  writeBytes(out, value, valueBytes);
  out.varint(count);
  for (const name in headers) {
    const text = headers[name] ?? '';
    writeBytes(out, name, Buffer.byteLength(name));
    writeBytes(out, text, Buffer.byteLength(text));
  }
  for (const [name, bytes] of rawHeaders) {
    writeBytes(out, name, Buffer.byteLength(name));
    writeBytes(out, bytes, sizeOf(bytes));
  }
}

function writeBytes(out: Writer, value: string | Uint8Array | null, size: number): void {
  out.varint(size);
  if (value === null) return;
  if (typeof value === 'string') out.utf8(value, size);
  else out.raw(value);
}

/** -1 stands for null. */
function sizeOf(value: string | Uint8Array | null): number {
  if (value === null) return -1;
  return typeof value === 'string' ? Buffer.byteLength(value) : value.length;
}

function varintSize(value: number): number {
  let left = value >= 0 ? value * 2 : value * -2 - 1;
  let size = 1;
  while (left > 0x7f) {
    left = Math.floor(left / 128);
    size += 1;
  }
  return size;
}
