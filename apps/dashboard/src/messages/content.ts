import { isUtf8 } from 'node:buffer';
import type { StoredRecord } from '@millrace/streams';
import type { MessageView } from '../api/messages.ts';

/** A record whose bytes were made readable. */
export type Content = Omit<MessageView, 'masked'>;

/** Longer values are shown by their beginning. */
const shownBytes = 64 * 1024;

export function contentOf(record: StoredRecord): Content {
  const { topic, partition, offset, timestamp, key, value, headers } = record;
  return {
    topic,
    partition,
    offset,
    timestamp,
    key: key === null ? null : keyText(key),
    headers: { ...headers },
    bytes: value.length,
    ...readable(value),
  };
}

function readable(value: Uint8Array): Pick<Content, 'value' | 'form'> {
  const shown = value.subarray(0, shownBytes);
  if (value.length > shownBytes)
    return { value: `${Buffer.from(shown).toString('utf8')}… (${value.length} bytes)`, form: 'text' };
  if (!isUtf8(shown)) return { value: Buffer.from(shown).toString('base64'), form: 'base64' };
  const text = Buffer.from(shown).toString('utf8');
  try {
    return { value: JSON.parse(text), form: 'json' };
  } catch {
    return { value: text, form: 'text' };
  }
}

function keyText(key: Uint8Array): string {
  return isUtf8(key) ? Buffer.from(key).toString('utf8') : `base64:${Buffer.from(key).toString('base64')}`;
}
