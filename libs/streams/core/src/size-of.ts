import type { StoredRecord } from './record.ts';

/** Bytes of a record's value, without cutting it out of its batch where the record can do without. */
export function sizeOf(record: Pick<StoredRecord, 'size' | 'value'>): number {
  return record.size ?? record.value.length;
}

/** Bytes of the values of all of them. */
export function totalSize(records: readonly Pick<StoredRecord, 'size' | 'value'>[]): number {
  let bytes = 0;
  for (const record of records) bytes += sizeOf(record);
  return bytes;
}
