import type { Delivery } from '@millrace/streams';
import { decodeEntry, type RawEntry } from './entry.ts';

/** An entry handed to a group's member. */
export function deliveryOf(
  place: { readonly topic: string; readonly partition: number },
  entry: RawEntry,
  attempt: number,
): Delivery {
  const { topic, partition, offset, key, value, headers, timestamp } = decodeEntry(
    place.topic,
    place.partition,
    entry,
  );
  return { topic, partition, offset, key, value, headers, timestamp, attempt };
}

/** Replies name entries that were trimmed away with nothing in the place of their fields. */
export function isWhole(entry: unknown): entry is RawEntry {
  return Array.isArray(entry) && Array.isArray(entry[1]);
}

/** What one XREADGROUP answered, by stream. */
export function streamsOf(
  reply: unknown,
): readonly (readonly [stream: string, entries: readonly RawEntry[]])[] {
  if (!Array.isArray(reply)) return [];
  return reply.map(([stream, entries]) => [String(stream), entries]);
}
