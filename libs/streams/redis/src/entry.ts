import type { Bytes, Delivery, NewRecord } from '@millrace/streams';
import { timeOf } from './ids.ts';

export type Argument = string | Buffer;

/** A stream entry as Redis answers it: id, and fields with their values in turn. */
export type RawEntry = readonly [id: Buffer, fields: readonly Buffer[]];

export const headerPrefix = 'h:';

/** Adds an entry's fields to a script's or command's arguments, with their number before them when `counted`. */
export function pushFields(target: Argument[], record: NewRecord): void {
  const { key, headers } = record;
  if (key !== null) target.push('key', argument(key));
  target.push('value', argument(record.value));
  for (const name in headers) target.push(headerPrefix + name, headers[name] as string);
}

/** How many arguments {@link pushFields} adds. */
export function countFields(record: NewRecord): number {
  let count = record.key === null ? 2 : 4;
  for (const _ in record.headers) count += 2;
  return count;
}

/**
 * An entry as a record, delivered for the `attempt`-th time. An entry of this library has a `value` and besides it only `key` and headers (`h:…`).
 * Any other entry was written by somebody else: its fields become a JSON object of texts.
 */
export function decodeEntry(topic: string, partition: number, [id, fields]: RawEntry, attempt = 1): Delivery {
  const offset = id.toString('latin1');
  let key: Buffer | null = null;
  let value: Buffer | undefined;
  let headers: Record<string, string> | undefined;
  for (let index = 0; index < fields.length; index += 2) {
    const name = fields[index] as Buffer;
    const content = fields[index + 1] as Buffer;
    if (name[0] === 0x68 && name[1] === 0x3a) {
      headers = addHeader(headers, headerName(name), content.toString('utf8'));
    } else if (isKey(name)) key = content;
    else if (isValue(name)) value = content;
    else return foreign({ topic, partition, offset, attempt }, fields);
  }
  if (value === undefined) return foreign({ topic, partition, offset, attempt }, fields);
  return {
    topic,
    partition,
    offset,
    key,
    value,
    headers: headers ?? noHeaders,
    timestamp: timeOf(offset),
    attempt,
  };
}

/** Most headers have the name of the one before: to compare bytes is cheaper than to make a text of them. */
let lastName: { readonly bytes: Buffer; readonly name: string } = { bytes: Buffer.alloc(0), name: '' };

function headerName(bytes: Buffer): string {
  // A copy, since the bytes are part of a whole reply.
  if (!bytes.equals(lastName.bytes))
    lastName = { bytes: Buffer.from(bytes), name: bytes.toString('utf8', headerPrefix.length) };
  return lastName.name;
}

const noHeaders: Readonly<Record<string, string>> = Object.freeze({});

function addHeader(
  headers: Record<string, string> | undefined,
  name: string,
  value: string,
): Record<string, string> {
  if (name === '__proto__') {
    const own = headers ?? {};
    Object.defineProperty(own, name, { value, enumerable: true, configurable: true, writable: true });
    return own;
  }
  if (headers === undefined) return { [name]: value };
  headers[name] = value;
  return headers;
}

function foreign(
  place: Pick<Delivery, 'topic' | 'partition' | 'offset' | 'attempt'>,
  fields: readonly Buffer[],
): Delivery {
  const texts: [string, string][] = [];
  let key: Buffer | null = null;
  for (let index = 0; index < fields.length; index += 2) {
    const name = fields[index] as Buffer;
    const content = fields[index + 1] as Buffer;
    if (isKey(name)) key = content;
    texts.push([name.toString('utf8'), content.toString('utf8')]);
  }
  const value = Buffer.from(JSON.stringify(Object.fromEntries(texts)));
  return { ...place, key, value, headers: noHeaders, timestamp: timeOf(place.offset) };
}

function isKey(name: Buffer): boolean {
  return name.length === 3 && name[0] === 0x6b && name[1] === 0x65 && name[2] === 0x79;
}

function isValue(name: Buffer): boolean {
  return (
    name.length === 5 &&
    name[0] === 0x76 &&
    name[1] === 0x61 &&
    name[2] === 0x6c &&
    name[3] === 0x75 &&
    name[4] === 0x65
  );
}

function argument(bytes: Bytes): Argument {
  if (typeof bytes === 'string') return bytes;
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
