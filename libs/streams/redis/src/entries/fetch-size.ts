import type { StoredRecord } from '@millrace/streams';
import { sizeOf } from '@millrace/streams/driver';

/** What one read should bring at most, and what may wait in memory beside what is in flight. */
export const bytesPerRead: number = 2 * 1024 * 1024;
const firstCount = 16;

/** How many entries to ask for at once, so that a reply stays small whatever the records' size. */
export class FetchSize {
  readonly #bytes: number;
  #average: number | undefined;

  constructor(bytes: number = bytesPerRead) {
    this.#bytes = bytes;
  }

  count(wanted: number): number {
    if (this.#average === undefined) return Math.max(1, Math.min(wanted, firstCount));
    return Math.max(1, Math.min(wanted, Math.floor(this.#bytes / Math.max(1, this.#average))));
  }

  /** Learns from records that were read. */
  observe(records: readonly Pick<StoredRecord, 'size' | 'value'>[]): void {
    if (records.length === 0) return;
    let bytes = 0;
    let largest = 0;
    for (const record of records) {
      const size = sizeOf(record);
      bytes += size;
      if (size > largest) largest = size;
    }
    const average = (bytes / records.length + largest) / 2;
    this.#average = Math.max(average, (this.#average ?? average) * 0.9);
  }
}
