import type { RawEntry } from './entry.ts';

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
