import type { Headers, StoredRecord } from '@millrace/streams';

/** What a copy keeps of a record. */
export interface CopiedRecord {
  /** Where it stood in its source, to go on from there. */
  readonly offset: string;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array;
  readonly headers: Headers;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

/** Holds a record's time where the backend gives every record the time at which it was stored: on Redis. */
export const timeHeader = 'original-timestamp';

/** The record with the time that it had before it was copied to a backend that keeps none. */
export function fromStored(record: StoredRecord): CopiedRecord {
  const { offset, key, value, timestamp } = record;
  const { [timeHeader]: original, ...headers } = record.headers;
  const time = original !== undefined && /^\d+$/.test(original) ? Number(original) : timestamp;
  return { offset, key, value, headers, timestamp: time };
}

/** Roughly what it takes in memory and on the way. */
export function sizeOf({ key, value, headers }: CopiedRecord): number {
  let size = (key?.length ?? 0) + value.length;
  for (const name in headers) size += name.length + (headers[name] ?? '').length;
  return size;
}
