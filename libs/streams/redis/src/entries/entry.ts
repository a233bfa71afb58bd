import type { Bytes, Delivery, NewRecord, RawHeader } from '@millrace/streams';
import { headersOf } from '@millrace/streams/driver';
import {
  fieldOf,
  headerPrefix,
  isKeyName,
  isNullValueName,
  isValueName,
  noHeaders,
  rawHeaderOf,
  valueField,
} from './fields.ts';
import { timeOf } from './ids.ts';

export type Argument = string | Buffer;

/** A stream entry as Redis returns it: id, and fields with their values in turn. */
export type RawEntry = readonly [id: Buffer, fields: readonly Buffer[]];

/** False for an entry that was trimmed away: replies name it with nothing in the place of its fields. */
export function isWhole(entry: unknown): entry is RawEntry {
  return Array.isArray(entry) && Array.isArray(entry[1]);
}

/** Adds an entry's fields to a script's or command's arguments. */
export function pushFields(target: Argument[], record: NewRecord): void {
  const { key, headers, rawHeaders = [] } = record;
  if (key !== null) target.push('key', argument(key));
  target.push(valueField(record), argument(record.value));
  for (const name in headers) target.push(headerPrefix + name, headers[name] as string);
  for (const header of rawHeaders) target.push(fieldOf(header), argument(header[1]));
}

/** How many arguments {@link pushFields} adds. */
export function countFields(record: NewRecord): number {
  let count = (record.key === null ? 2 : 4) + 2 * (record.rawHeaders?.length ?? 0);
  for (const _ in record.headers) count += 2;
  return count;
}

/**
 * An entry as a record, delivered for the `attempt`-th time. An entry of this library has a `value` and besides it only `key`
 * and headers (`h:…`); `null:value` and `null:h:…` stand for those without a value.
 * Any other entry was written by somebody else: its fields become a JSON object of texts.
 */
export function decodeEntry(topic: string, partition: number, [id, fields]: RawEntry, attempt = 1): Delivery {
  const offset = id.toString('latin1');
  let key: Buffer | null = null;
  let value: Buffer | null | undefined;
  const rawHeaders: RawHeader[] = [];
  for (let index = 0; index < fields.length; index += 2) {
    const name = fields[index] as Buffer;
    const content = fields[index + 1] as Buffer;
    const header = rawHeaderOf(name, content);
    if (header) rawHeaders.push(header);
    else if (isKeyName(name, 0, name.length)) key = content;
    else if (isValueName(name, 0, name.length)) value = content;
    else if (isNullValueName(name, 0, name.length)) value ??= null;
    else return foreign({ topic, partition, offset, attempt }, fields);
  }
  if (value === undefined) return foreign({ topic, partition, offset, attempt }, fields);
  return {
    topic,
    partition,
    offset,
    key,
    value,
    headers: rawHeaders.length === 0 ? noHeaders : headersOf(rawHeaders),
    rawHeaders,
    timestamp: timeOf(offset),
    attempt,
  };
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
    if (isKeyName(name, 0, name.length)) key = content;
    texts.push([name.toString('utf8'), content.toString('utf8')]);
  }
  const value = Buffer.from(JSON.stringify(Object.fromEntries(texts)));
  return { ...place, key, value, headers: noHeaders, timestamp: timeOf(place.offset) };
}

/** A null is told by its field. */
export function argument(bytes: Bytes | null): Argument {
  if (bytes === null) return '';
  if (typeof bytes === 'string') return bytes;
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
