import { isUtf8 } from 'node:buffer';
import { type RawHeader, rawHeadersOf, type StoredRecord } from '@millrace/streams';
import type { MessageView } from '../api/messages.ts';
import type { Condition } from './conditions.ts';

/** A record whose bytes were made readable. */
export type Content = Omit<MessageView, 'masked'>;

/** Longer values are shown by their beginning. */
const shownBytes = 64 * 1024;

/** Longer JSON is no longer read to find something in it. */
const searchedBytes = 4 * 1024 * 1024;

/** What is shown of a record that matches; undefined of one that does not. Conditions see what is not shown of long JSON too. */
export function shownOf(record: StoredRecord, matches: Condition): Content | undefined {
  const content = contentOf(record);
  const { value } = record;
  const isCut = value !== null && value.length > shownBytes && value.length <= searchedBytes;
  return matches(isCut ? { ...content, ...readable(value, searchedBytes) } : content) ? content : undefined;
}

/** Of a long value only its beginning, as text. */
export function contentOf(record: StoredRecord): Content {
  const { topic, partition, offset, timestamp, key, value } = record;
  return {
    topic,
    partition,
    offset,
    timestamp,
    key: key === null ? null : bytesText(key),
    headers: headerTexts(rawHeadersOf(record)),
    bytes: value?.length ?? 0,
    ...readable(value, shownBytes),
  };
}

/** Each name once: all its values, one after the other. */
function headerTexts(raw: readonly RawHeader[]): Readonly<Record<string, string>> {
  const texts = new Map<string, string>();
  for (const [name, value] of raw) {
    const text = value === null ? '(no value)' : bytesText(value);
    const before = texts.get(name);
    texts.set(name, before === undefined ? text : `${before}, ${text}`);
  }
  return Object.fromEntries(texts);
}

function readable(value: Uint8Array | null, most: number): Pick<Content, 'value' | 'form'> {
  if (value === null) return { value: null, form: 'tombstone' };
  const shown = value.subarray(0, most);
  if (value.length > most)
    return { value: `${Buffer.from(shown).toString('utf8')}… (${value.length} bytes)`, form: 'text' };
  if (!isUtf8(shown)) return { value: Buffer.from(shown).toString('base64'), form: 'base64' };
  const text = Buffer.from(shown).toString('utf8');
  try {
    return { value: JSON.parse(text), form: 'json' };
  } catch {
    return { value: text, form: 'text' };
  }
}

function bytesText(bytes: Uint8Array): string {
  return isUtf8(bytes)
    ? Buffer.from(bytes).toString('utf8')
    : `base64:${Buffer.from(bytes).toString('base64')}`;
}
