import type { Headers, RawHeader } from '@millrace/streams';
import type { ReadBytes } from '@millrace/streams/driver';
import { equalsUtf8, setHeader } from '@millrace/streams/driver';
import { asciiFlag, headerLengthBytes, nullLength, nullValueFlag, prefixBytes } from './record-format.ts';

const noHeaders: Headers = Object.freeze({});

/** Whether the body holds exactly so many records, none of which reaches beyond its end. */
export function holdsRecords(view: DataView, records: number): boolean {
  let at = 0;
  for (let index = 0; index < records; index++) {
    if (at + prefixBytes > view.byteLength) return false;
    const end = recordEnd(view, at);
    if (textStart(view, at) > end || end > view.byteLength || valueStart(view, at) > end) return false;
    at = end;
  }
  return at === view.byteLength;
}

/** `at`, here and below: where the record begins in the body. */
export function recordEnd(view: DataView, at: number): number {
  return at + view.getUint32(at, true);
}

export function valueStart(view: DataView, at: number): number {
  return textStart(view, at) + textBytes(view, at, view.getUint16(at + 16, true));
}

export function timestampOf(view: DataView, at: number): number {
  return view.getFloat64(at + 8, true);
}

/** Where the names and values of the headers begin. */
function textStart(view: DataView, at: number): number {
  const keyField = view.getUint32(at + 4, true);
  return keyStart(view, at) + (keyField === 0 ? 0 : keyField - 1);
}

function keyStart(view: DataView, at: number): number {
  return at + prefixBytes + view.getUint16(at + 16, true) * headerLengthBytes;
}

/** How many bytes the names and values of the headers take. */
function textBytes(view: DataView, at: number, count: number): number {
  let bytes = 0;
  for (let index = 0, entry = at + prefixBytes; index < count; index++, entry += headerLengthBytes) {
    bytes += view.getUint16(entry, true) + valueLength(view, entry);
  }
  return bytes;
}

function valueLength(view: DataView, entry: number): number {
  const length = view.getUint32(entry + 2, true);
  return length === nullLength ? 0 : length;
}

/** False for a tombstone. */
export function hasValue(view: DataView, at: number): boolean {
  return (view.getUint8(at + 18) & nullValueFlag) === 0;
}

export function decodeKey(body: Buffer, view: DataView, at: number): Buffer | null {
  const keyField = view.getUint32(at + 4, true);
  if (keyField === 0) return null;
  const start = keyStart(view, at);
  return body.subarray(start, start + keyField - 1);
}

export function decodeHeaders(body: Buffer, view: DataView, at: number): Headers {
  const count = view.getUint16(at + 16, true);
  if (count === 0) return noHeaders;
  const first = textStart(view, at);
  const ascii = (view.getUint8(at + 18) & asciiFlag) !== 0;
  const text = ascii ? body.toString('latin1', first, valueStart(view, at)) : '';
  const headers: Record<string, string> = {};
  let start = ascii ? 0 : first;
  for (let index = 0, entry = at + prefixBytes; index < count; index++, entry += headerLengthBytes) {
    const middle = start + view.getUint16(entry, true);
    const end = middle + valueLength(view, entry);
    const name = ascii ? text.substring(start, middle) : body.toString('utf8', start, middle);
    const value = ascii ? text.substring(middle, end) : body.toString('utf8', middle, end);
    setHeader(headers, name, value);
    start = end;
  }
  return headers;
}

export function decodeRawHeaders(body: Buffer, view: DataView, at: number): readonly RawHeader[] {
  const count = view.getUint16(at + 16, true);
  let start = textStart(view, at);
  return Array.from({ length: count }, (_, index): RawHeader => {
    const entry = at + prefixBytes + index * headerLengthBytes;
    const middle = start + view.getUint16(entry, true);
    const end = middle + valueLength(view, entry);
    const name = body.toString('utf8', start, middle);
    start = end;
    return [name, view.getUint32(entry + 2, true) === nullLength ? null : body.subarray(middle, end)];
  });
}

/** The last of that name, without decoding the others. */
export function readHeaderAt<Result>(
  { bytes, view }: { readonly bytes: Buffer; readonly view: DataView },
  at: number,
  name: string,
  read: ReadBytes<Result>,
): Result | undefined {
  const count = view.getUint16(at + 16, true);
  let start = textStart(view, at);
  let found = -1;
  let foundEnd = -1;
  for (let index = 0, entry = at + prefixBytes; index < count; index++, entry += headerLengthBytes) {
    const middle = start + view.getUint16(entry, true);
    const end = middle + valueLength(view, entry);
    if (equalsUtf8(bytes, start, middle, name)) [found, foundEnd] = [middle, end];
    start = end;
  }
  return found < 0 ? undefined : read(bytes, found, foundEnd);
}
