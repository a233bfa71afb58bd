import type { Delivery, Headers, StoredRecord } from '@millrace/streams';
import { headerLengthBytes, prefixBytes } from './record-format.ts';

const noHeaders: Headers = Object.freeze({});

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
    const headerCount = view.getUint16(at + 16, true);
    const keyStart = at + prefixBytes + headerCount * headerLengthBytes;
    const textStart = keyField === 0 ? keyStart : keyStart + keyField - 1;
    if (textStart > end || end > body.length) return undefined;
    const valueStart = headerCount === 0 ? textStart : textStart + textBytes(view, at, headerCount);
    if (valueStart > end) return undefined;
    const key = keyField === 0 ? null : body.subarray(keyStart, textStart);
    const headers =
      headerCount === 0 ? noHeaders : decodeHeaders(body, view, { at, headerCount, textStart, valueStart });
    const timestamp = view.getFloat64(at + 8, true);
    decoded.push(
      make(place, String(place.base + index), key, headers, body.subarray(valueStart, end), timestamp),
    );
    at = end;
  }
  return at === body.length ? decoded : undefined;
}

/** How many bytes the names and values of the headers take. */
function textBytes(view: DataView, at: number, count: number): number {
  let bytes = 0;
  for (let index = 0, entry = at + prefixBytes; index < count; index++, entry += headerLengthBytes) {
    bytes += view.getUint16(entry, true) + view.getUint32(entry + 2, true);
  }
  return bytes;
}

interface HeaderPlace {
  readonly at: number;
  readonly headerCount: number;
  readonly textStart: number;
  readonly valueStart: number;
}

function decodeHeaders(body: Buffer, view: DataView, place: HeaderPlace): Headers {
  const { at, headerCount, textStart, valueStart } = place;
  const ascii = body[at + 18] === 1;
  const text = ascii ? body.toString('latin1', textStart, valueStart) : '';
  const headers: Record<string, string> = {};
  let start = ascii ? 0 : textStart;
  for (let index = 0, entry = at + prefixBytes; index < headerCount; index++, entry += headerLengthBytes) {
    const middle = start + view.getUint16(entry, true);
    const end = middle + view.getUint32(entry + 2, true);
    const name = ascii ? text.substring(start, middle) : body.toString('utf8', start, middle);
    const value = ascii ? text.substring(middle, end) : body.toString('utf8', middle, end);
    if (name === '__proto__') Object.defineProperty(headers, name, { value, enumerable: true });
    else headers[name] = value;
    start = end;
  }
  return headers;
}
