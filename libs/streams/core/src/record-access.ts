import { asBuffer } from './as-buffer.ts';
import type { Headers, RawHeader, ReadBytes, StoredRecord } from './record.ts';

type WithHeaders = Pick<StoredRecord, 'readHeader' | 'headers'>;

/** One header of a record, without the work for the others where the record can do without. */
export function headerOf(record: WithHeaders, name: string): string | undefined {
  return record.readHeader ? record.readHeader(name, textOf) : decoded(record, name);
}

/** What is read from the UTF-8 bytes of a header, without making a text of them where the record can do without. */
export function readHeader<Result>(
  record: WithHeaders,
  name: string,
  read: ReadBytes<Result>,
): Result | undefined {
  if (record.readHeader) return record.readHeader(name, read);
  const text = decoded(record, name);
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text);
  return read(bytes, 0, bytes.length);
}

/** All headers of a record as they are stored, in order: each of a name that occurs twice, and bytes as they are. */
export function rawHeadersOf({
  headers,
  rawHeaders,
}: Pick<StoredRecord, 'headers' | 'rawHeaders'>): readonly RawHeader[] {
  return rawHeaders ?? Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)]);
}

/** The headers as texts by name. A header without a value is an empty text. */
export function headersOf(raw: readonly RawHeader[]): Headers {
  const headers: Record<string, string> = {};
  for (const [name, value] of raw) setHeader(headers, name, value === null ? '' : asBuffer(value).toString());
  return headers;
}

function decoded({ headers }: WithHeaders, name: string): string | undefined {
  return Object.hasOwn(headers, name) ? headers[name] : undefined;
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return asBuffer(bytes).toString('utf8', start, end);
}

/** Sets a header whatever its name: a plain assignment to `__proto__` would be something else. */
export function setHeader(headers: Record<string, string>, name: string, value: string): void {
  if (name === '__proto__')
    Object.defineProperty(headers, name, { value, enumerable: true, configurable: true, writable: true });
  else headers[name] = value;
}

/** Bytes of a record's value, without cutting it out of its batch where the record can do without. */
export function sizeOf(record: Pick<StoredRecord, 'size' | 'value'>): number {
  return record.size ?? record.value?.length ?? 0;
}

/** Bytes of the values of all of them. */
export function totalSize(records: readonly Pick<StoredRecord, 'size' | 'value'>[]): number {
  let bytes = 0;
  for (const record of records) bytes += sizeOf(record);
  return bytes;
}
