/**
 * Where a record stands: topic, partition and the backend's own offset
 * (a Kafka offset, a Redis `ms-seq` id, an embedded sequence). Offsets of one
 * partition are ordered; only the driver that made them knows how.
 */
export interface Position {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/** `topic:partition:offset`, the form people and logs see. */
export function formatPosition(position: Position): string {
  return `${position.topic}:${position.partition}:${position.offset}`;
}

/** The inverse of {@link formatPosition}; undefined when the text is not a position. Topic names may hold colons. */
export function parsePosition(text: string): Position | undefined {
  const match = /^(.+):(\d+):([^:]+)$/.exec(text);
  if (!match) return undefined;
  const [, topic = '', partition = '', offset = ''] = match;
  return { topic, partition: Number(partition), offset };
}

/** Where reading begins. `at` is the first record stored at or after that time; `after` excludes the position itself. */
export type Start = 'earliest' | 'latest' | { readonly at: Date } | { readonly after: Position };

/** Where a bounded read ends: what is stored now, before a time (excluded), or a position (included). */
export type End = 'now' | { readonly at: Date } | { readonly through: Position };
