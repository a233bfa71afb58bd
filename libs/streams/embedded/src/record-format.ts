import {
  type Delivery,
  type Headers,
  type NewRecord,
  type StoredRecord,
  StreamsError,
} from '@millrace/streams';

/*
 * A batch's body is its records one after another, so that bodies can be joined by concatenation:
 *   size u32 (of the whole record) · key length + 1 u32 (0: no key) · headers length u32 · timestamp f64
 *   · key · headers (a JSON object, nothing when empty) · value
 * Numbers are little-endian.
 */
const prefixBytes = 20;
const noHeaders: Headers = Object.freeze({});

/** The largest record, headers and key included. */
export const maxRecordBytes: number = 64 * 1024 * 1024;

/** Writes records into one growing buffer that is used again for every batch. */
export class RecordEncoder {
  #buffer: Buffer = Buffer.allocUnsafeSlow(256 * 1024);
  #view: DataView = new DataView(this.#buffer.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(record: NewRecord): void {
    const { key, value } = record;
    const headers = encodeHeaders(record.headers);
    this.#reserve(prefixBytes + mostBytes(key ?? '') + mostBytes(headers) + mostBytes(value), record);
    const start = this.#length;
    const keyStart = start + prefixBytes;
    const headersStart = keyStart + (key === null ? 0 : this.#put(key, keyStart));
    const valueStart = headersStart + this.#put(headers, headersStart);
    const end = valueStart + this.#put(value, valueStart);
    if (end - start > maxRecordBytes) throw tooLarge(record, end - start);
    this.#view.setUint32(start, end - start, true);
    this.#view.setUint32(start + 4, key === null ? 0 : headersStart - keyStart + 1, true);
    this.#view.setUint32(start + 8, valueStart - headersStart, true);
    this.#view.setFloat64(start + 12, record.timestamp, true);
    this.#length = end;
  }

  /** A copy of what was added since the last call. */
  take(): Buffer {
    const body = Buffer.allocUnsafeSlow(this.#length);
    this.#buffer.copy(body, 0, 0, this.#length);
    this.discard();
    return body;
  }

  discard(): void {
    this.#length = 0;
    if (this.#buffer.length <= 4 * 1024 * 1024) return;
    this.#buffer = Buffer.allocUnsafeSlow(256 * 1024);
    this.#view = new DataView(this.#buffer.buffer);
  }

  #put(bytes: string | Uint8Array, at: number): number {
    if (bytes.length === 0) return 0;
    if (typeof bytes === 'string') return this.#buffer.write(bytes, at);
    this.#buffer.set(bytes, at);
    return bytes.length;
  }

  #reserve(most: number, record: NewRecord): void {
    if (most > 4 * maxRecordBytes) throw tooLarge(record, most);
    const needed = this.#length + most;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer);
  }
}

function encodeHeaders(headers: Headers): string {
  for (const _ in headers) return JSON.stringify(headers);
  return '';
}

function mostBytes(bytes: string | Uint8Array): number {
  return typeof bytes === 'string' ? bytes.length * 3 : bytes.length;
}

function tooLarge(record: NewRecord, size: number): StreamsError {
  return new StreamsError(
    'TOO_LARGE',
    `A record for ${record.topic} has about ${size} bytes; the embedded log stores up to ${maxRecordBytes}: store the content elsewhere and publish a reference`,
  );
}

/** Where a batch's records stand: `base` is the offset of the first. */
export interface BatchPlace {
  readonly topic: string;
  readonly partition: number;
  readonly base: number;
}

export type MakeRecord<R> = (
  place: BatchPlace,
  offset: string,
  key: Buffer | null,
  headers: Headers,
  value: Buffer,
  timestamp: number,
) => R;

export const makeRecord: MakeRecord<StoredRecord> = (place, offset, key, headers, value, timestamp) => ({
  topic: place.topic,
  partition: place.partition,
  offset,
  key,
  value,
  headers,
  timestamp,
});

export const makeDelivery: MakeRecord<Delivery> = (place, offset, key, headers, value, timestamp) => ({
  topic: place.topic,
  partition: place.partition,
  offset,
  key,
  value,
  headers,
  timestamp,
  attempt: 1,
});

/** A batch's records, which share its memory; undefined when the body does not hold exactly `records` records. */
export function decodeBatch<R>(
  body: Buffer,
  records: number,
  place: BatchPlace,
  make: MakeRecord<R>,
): R[] | undefined {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const decoded: R[] = [];
  let at = 0;
  for (let index = 0; index < records; index++) {
    if (at + prefixBytes > body.length) return undefined;
    const end = at + view.getUint32(at, true);
    const keyField = view.getUint32(at + 4, true);
    const keyStart = at + prefixBytes;
    const headersStart = keyField === 0 ? keyStart : keyStart + keyField - 1;
    const valueStart = headersStart + view.getUint32(at + 8, true);
    if (valueStart > end || end > body.length) return undefined;
    const key = keyField === 0 ? null : body.subarray(keyStart, headersStart);
    const headers = valueStart === headersStart ? noHeaders : decodeHeaders(body, headersStart, valueStart);
    const timestamp = view.getFloat64(at + 12, true);
    decoded.push(
      make(place, String(place.base + index), key, headers, body.subarray(valueStart, end), timestamp),
    );
    at = end;
  }
  return at === body.length ? decoded : undefined;
}

function decodeHeaders(body: Buffer, start: number, end: number): Headers {
  const headers: Headers = JSON.parse(body.toString('utf8', start, end));
  return headers;
}
