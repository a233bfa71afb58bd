import type { Headers } from '@millrace/streams';
import { headerLengthBytes, prefixBytes } from './record-format.ts';

const noHeaders: Headers = Object.freeze({});

/** Where a batch's records stand: `base` is the offset of the first. */
export interface BatchPlace {
  readonly topic: string;
  readonly partition: number;
  readonly base: number;
}

/** `at`: where the record begins in the body. */
export type MakeRecord<R> = (
  place: BatchPlace,
  body: Buffer,
  at: number,
  offset: string,
  timestamp: number,
  value: Buffer,
) => R;

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
    const textStart = keyStart(at, headerCount) + (keyField === 0 ? 0 : keyField - 1);
    if (textStart > end || end > body.length) return undefined;
    const valueStart = headerCount === 0 ? textStart : textStart + textBytes(view, at, headerCount);
    if (valueStart > end) return undefined;
    decoded.push(
      make(
        place,
        body,
        at,
        String(place.base + index),
        view.getFloat64(at + 8, true),
        body.subarray(valueStart, end),
      ),
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

export function decodeKey(body: Buffer, at: number): Buffer | null {
  const keyField = body.readUInt32LE(at + 4);
  if (keyField === 0) return null;
  const start = keyStart(at, body.readUInt16LE(at + 16));
  return body.subarray(start, start + keyField - 1);
}

export function decodeHeaders(body: Buffer, at: number): Headers {
  const count = body.readUInt16LE(at + 16);
  if (count === 0) return noHeaders;
  const keyField = body.readUInt32LE(at + 4);
  const textStart = keyStart(at, count) + (keyField === 0 ? 0 : keyField - 1);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const ascii = body[at + 18] === 1;
  const text = ascii ? body.toString('latin1', textStart, textStart + textBytes(view, at, count)) : '';
  const headers: Record<string, string> = {};
  let start = ascii ? 0 : textStart;
  for (let index = 0, entry = at + prefixBytes; index < count; index++, entry += headerLengthBytes) {
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

function keyStart(at: number, headerCount: number): number {
  return at + prefixBytes + headerCount * headerLengthBytes;
}
