import { crc32 } from 'node:zlib';
import type { StoredRecord } from '@millrace/streams';
import { Batch, type BatchPosition, type MakeRecord } from './batch.ts';
import { type MutableDelivery, makeDelivery, makeRecord } from './batch-record.ts';
import type { BatchRows } from './batch-rows.ts';
import type { Partition } from './catalog.ts';
import { bytes, integer, type Row } from './row.ts';

/** Of one take, up to the end of the row that reaches it. */
export const maxTakenBytes: number = 1024 * 1024;

interface Decoding<R> {
  readonly make: MakeRecord<R>;
  readonly corrupt: (row: Row, position: BatchPosition) => R;
}

const asRecords: Decoding<StoredRecord> = { make: makeRecord, corrupt: corruptRecord };
const asDeliveries: Decoding<MutableDelivery> = {
  make: makeDelivery,
  corrupt: (row, position) => ({ ...corruptRecord(row, position), attempt: 1 }),
};

/** Reads one partition forward, a batch row at a time, each in a read transaction of its own. */
export class PartitionReader<R> {
  readonly #rows: BatchRows;
  readonly #partition: Partition;
  readonly #decoding: Decoding<R>;
  /** By the offset of a record that stands for a corrupt batch: the offset after that batch. */
  readonly spans: Map<number, number> = new Map();
  /** Where the next row is looked for. */
  #from: number;
  /** Whether a row may begin before `#from` and hold it; after the first row reading stays on their boundaries. */
  #within = true;
  /** What is left of the row read last. */
  #batch: Batch<R> | undefined;
  /** Stands for a row that cannot be decoded, until it is taken. */
  #corrupt: R | undefined;

  private constructor(rows: BatchRows, partition: Partition, from: number, decoding: Decoding<R>) {
    this.#rows = rows;
    this.#partition = partition;
    this.#from = from;
    this.#decoding = decoding;
  }

  static records(rows: BatchRows, partition: Partition, from: number): PartitionReader<StoredRecord> {
    return new PartitionReader(rows, partition, from, asRecords);
  }

  static deliveries(rows: BatchRows, partition: Partition, from: number): PartitionReader<MutableDelivery> {
    return new PartitionReader(rows, partition, from, asDeliveries);
  }

  /** The offset that the next record taken will have, or a smaller one where records are missing. */
  get next(): number {
    return this.#batch?.next ?? this.#from;
  }

  /** Goes on at the offset; the row at hand is kept where it serves. */
  seek(next: number): void {
    if (this.#batch?.seek(next)) return;
    this.#from = next;
    this.#within = true;
    this.#batch = undefined;
    this.#corrupt = undefined;
  }

  /** The next records, up to `max` and to about a megabyte; none at the end. */
  take(max: number): R[] {
    let size = 0;
    let taken = this.#takeRead(max);
    while (taken.length < max && size < maxTakenBytes) {
      const read = this.#readRowAfter(taken);
      if (read === undefined) break;
      size += read;
      const more = this.#takeRead(max - taken.length);
      taken = taken.length === 0 ? more : taken.concat(more);
    }
    return taken;
  }

  /** What was taken already is not dropped for an error of what comes next: the next take meets that again. */
  #readRowAfter(taken: readonly R[]): number | undefined {
    try {
      return this.#readRow();
    } catch (error) {
      if (taken.length === 0) throw error;
      return undefined;
    }
  }

  #takeRead(max: number): R[] {
    if (this.#corrupt !== undefined && max > 0) {
      const corrupt = this.#corrupt;
      this.#corrupt = undefined;
      return [corrupt];
    }
    const taken = this.#batch?.take(max) ?? [];
    if (this.#batch && this.#batch.next >= this.#batch.end) this.#batch = undefined;
    return taken;
  }

  /** Returns the row's size; undefined at the end. */
  #readRow(): number | undefined {
    const row =
      (this.#within ? this.#rows.inFlight(this.#partition, this.#from) : undefined) ??
      this.#rows.following(this.#partition, this.#from);
    if (row === undefined) return undefined;
    const { topic, number: partition } = this.#partition;
    const base = integer(row, 'base');
    const after = base + integer(row, 'records');
    const start = Math.max(base, this.#from, integer(row, 'first'));
    if (start >= after) {
      this.seek(start);
      return this.#readRow();
    }
    this.#within = false;
    this.#from = after;
    this.#batch = openRow(row, { topic, partition, base }, this.#decoding.make);
    if (this.#batch === undefined) {
      this.#corrupt = this.#decoding.corrupt(row, { topic, partition, base: start });
      this.spans.set(start, this.#from);
    } else this.#batch.seek(start);
    return bytes(row, 'body').length;
  }
}

function openRow<R>(row: Row, position: BatchPosition, make: MakeRecord<R>): Batch<R> | undefined {
  const body = bytes(row, 'body');
  if (crc32(body) !== integer(row, 'crc')) return undefined;
  return Batch.open(body, integer(row, 'records'), position, make);
}

function corruptRecord(row: Row, position: BatchPosition): StoredRecord {
  const { topic, partition, base } = position;
  const timestamp = integer(row, 'stored');
  const damage = `a batch of ${integer(row, 'records')} records whose content does not match its checksum`;
  const value = bytes(row, 'body');
  return { topic, partition, offset: String(base), key: null, value, headers: {}, timestamp, damage };
}
