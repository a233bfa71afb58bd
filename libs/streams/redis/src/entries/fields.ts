import type { NewRecord, RawHeader } from '@millrace/streams';
import { equalsUtf8, setHeader } from '@millrace/streams/driver';

/** Before the name of a header among the fields of an entry. */
export const headerPrefix = 'h:';

/** Before the name of a field that has no value, not even an empty one; its content is empty. */
const nullPrefix = 'null:';
export const nullHeaderPrefix: string = nullPrefix + headerPrefix;

/** Stands for the field `value` of a record without a value, a tombstone. */
export const nullValue: string = `${nullPrefix}value`;

/** The field that holds a header. */
export function fieldOf([name, value]: RawHeader): string {
  return (value === null ? nullHeaderPrefix : headerPrefix) + name;
}

export function valueField({ value }: Pick<NewRecord, 'value'>): string {
  return value === null ? nullValue : 'value';
}

export const noHeaders: Readonly<Record<string, string>> = Object.freeze({});

export function withHeader(
  headers: Record<string, string> | undefined,
  name: string,
  value: string,
): Record<string, string> {
  const own = headers ?? {};
  setHeader(own, name, value);
  return own;
}

// Whether bytes are the name of one of our fields, without decoding them.

export function isHeaderName(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0x68 && bytes[at + 1] === 0x3a;
}

export function isNullHeaderName(bytes: Buffer, at: number, length: number): boolean {
  return length >= nullHeaderPrefix.length && beginsWith(bytes, at, nullHeaderPrefix);
}

export function isNullValueName(bytes: Buffer, at: number, length: number): boolean {
  return length === nullValue.length && beginsWith(bytes, at, nullValue);
}

/** Whether the field holds the header of that name, with or without a value. */
export function isHeaderNamed(bytes: Buffer, start: number, end: number, name: string): boolean {
  if (isHeaderName(bytes, start)) return equalsUtf8(bytes, start + headerPrefix.length, end, name);
  if (!isNullHeaderName(bytes, start, end - start)) return false;
  return equalsUtf8(bytes, start + nullHeaderPrefix.length, end, name);
}

/** The header that a field holds; undefined for a field that holds none. */
export function rawHeaderOf(field: Buffer, content: Buffer): RawHeader | undefined {
  if (isHeaderName(field, 0)) return [field.toString('utf8', headerPrefix.length), content];
  if (!isNullHeaderName(field, 0, field.length)) return undefined;
  return [field.toString('utf8', nullHeaderPrefix.length), null];
}

function beginsWith(bytes: Buffer, at: number, text: string): boolean {
  return equalsUtf8(bytes, at, at + text.length, text);
}

export function isKeyName(bytes: Buffer, at: number, length: number): boolean {
  return length === 3 && bytes[at] === 0x6b && bytes[at + 1] === 0x65 && bytes[at + 2] === 0x79;
}

export function isValueName(bytes: Buffer, at: number, length: number): boolean {
  return (
    length === 5 &&
    bytes[at] === 0x76 &&
    bytes[at + 1] === 0x61 &&
    bytes[at + 2] === 0x6c &&
    bytes[at + 3] === 0x75 &&
    bytes[at + 4] === 0x65
  );
}
