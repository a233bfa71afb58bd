import { isUtf8 } from 'node:buffer';
import { type RawHeader, rawHeadersOf, type StoredRecord } from '@millrace/streams';
import { type HeaderJson, isPlain, toHeadersJson } from './raw-headers.ts';
import { formatTime } from './time.ts';

/**
 * A record as a line of JSON. What it holds is `value` where the bytes are compact JSON, else `text`, else `base64`, and
 * `tombstone` where there is no value: the same bytes can be made of each again.
 */
export interface RecordValue {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly time: string;
  readonly key: string | null;
  /** Instead of `key`, for bytes that are no UTF-8. */
  readonly keyBase64?: string;
  readonly value?: unknown;
  readonly text?: string;
  readonly base64?: string;
  readonly tombstone?: true;
  readonly headers: Readonly<Record<string, string>>;
  /** All of them, in order, where `headers` does not hold them as they are: a name that occurs twice, bytes, no value. */
  readonly rawHeaders?: readonly HeaderJson[];
}

export function recordValue(record: StoredRecord): RecordValue {
  const { topic, partition, offset, key, timestamp, headers } = record;
  const raw = rawHeadersOf(record);
  const binary = key !== null && !isUtf8(key);
  return {
    topic,
    partition,
    offset,
    time: formatTime(timestamp),
    key: key === null || binary ? null : Buffer.from(key).toString(),
    ...(binary ? { keyBase64: Buffer.from(key).toString('base64') } : {}),
    ...content(record.value),
    headers,
    ...(isPlain(raw) ? {} : { rawHeaders: toHeadersJson(raw) }),
  };
}

/** `0:12  2026-01-31T06:00:00.000Z  order-7  {"…":…}`. Control characters of the record do not reach the terminal. */
export function recordText(record: StoredRecord, options: { readonly headers: boolean }): string {
  const { partition, offset, timestamp, key } = record;
  const parts = [`${partition}:${offset}`, formatTime(timestamp), key === null ? '-' : printable(key)];
  if (options.headers) parts.push(rawHeadersOf(record).map(headerText).join(' ') || '-');
  return [...parts, printable(record.value)].join('  ');
}

/** `name=value`, or the name alone of a header without a value. */
export function headerText([name, value]: RawHeader): string {
  return value === null ? printableText(name) : `${printableText(name)}=${printable(value)}`;
}

/** The text of a value, or base64 of what is no text. */
export function valueText(bytes: Uint8Array | null): string {
  if (bytes === null) return '(tombstone)';
  return isUtf8(bytes) ? Buffer.from(bytes).toString() : `base64:${Buffer.from(bytes).toString('base64')}`;
}

/** As it can be shown on a terminal. */
export function printable(bytes: Uint8Array | null): string {
  return printableText(valueText(bytes));
}

function printableText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) =>
    character === '\t' ? ' ' : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

function content(bytes: Uint8Array | null): Pick<RecordValue, 'value' | 'text' | 'base64' | 'tombstone'> {
  if (bytes === null) return { tombstone: true };
  if (!isUtf8(bytes)) return { base64: Buffer.from(bytes).toString('base64') };
  const text = Buffer.from(bytes).toString();
  try {
    const value: unknown = JSON.parse(text);
    if (JSON.stringify(value) === text) return { value };
  } catch {
    // No JSON.
  }
  return { text };
}
