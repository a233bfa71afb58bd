import type { StoredRecord } from './record.ts';

/** One header of a record, without the work for the others where the record can do without. */
export function headerOf(record: Pick<StoredRecord, 'header' | 'headers'>, name: string): string | undefined {
  if (record.header) return record.header(name);
  const { headers } = record;
  return Object.hasOwn(headers, name) ? headers[name] : undefined;
}
