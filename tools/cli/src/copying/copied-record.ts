import { type Driver, type RawHeader, rawHeadersOf, type StoredRecord } from '@millrace/streams';

/** What a copy keeps of a record. */
export interface CopiedRecord {
  /** Where it stood in its source, to go on from there. */
  readonly offset: string;
  readonly key: Uint8Array | null;
  /** Null: a tombstone. */
  readonly value: Uint8Array | null;
  readonly headers: readonly RawHeader[];
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

/** Holds a record's time where the backend gives every record the time at which it was stored: on Redis. */
export const timeHeader = 'original-timestamp';

/** A record; one of a backend that keeps no times with the time that it had before it was copied there. */
export function fromStored(record: StoredRecord, keepsTime: boolean): CopiedRecord {
  const { offset, key, value, timestamp } = record;
  const headers = rawHeadersOf(record);
  // The last one: an earlier one of that name is the record's own.
  const at = keepsTime ? -1 : headers.findLastIndex(([name]) => name === timeHeader);
  const original = Buffer.from(headers[at]?.[1] ?? []).toString();
  if (!/^\d+$/.test(original)) return { offset, key, value, headers, timestamp };
  return { offset, key, value, headers: headers.toSpliced(at, 1), timestamp: Number(original) };
}

/** False where every record has the time at which it was stored. */
export function keepsTimes({ name }: Pick<Driver, 'name'>): boolean {
  return name !== 'redis';
}

/** Roughly what it takes in memory and on the way. */
export function sizeOf({ key, value, headers }: CopiedRecord): number {
  let size = (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, content] of headers) size += name.length + (content?.length ?? 0);
  return size;
}
