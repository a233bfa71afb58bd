import type { StreamsError } from '../errors.ts';
import { formatPosition, type Position } from '../position.ts';
import type { StoredRecord } from '../record.ts';
import type { WorkItem } from './work-item.ts';

/**
 * The backend refused for good what these messages left behind. Everything handled after them may build on state that was
 * never stored, so it is handled again.
 */
export class CommitRefused extends Error {
  override readonly name = 'CommitRefused';
  readonly records: readonly StoredRecord[];
  readonly refusal: StreamsError;

  constructor(records: readonly StoredRecord[], refusal: StreamsError) {
    super(refusal.message, { cause: refusal });
    this.records = records;
    this.refusal = refusal;
  }
}

/** Refused messages that are not decided yet: when they are handled again they fail with their refusal. */
export class Refusals {
  readonly #single = new Map<string, StreamsError>();
  /** First messages of batches that were refused as one: which of them it was is found message by message. */
  readonly #batches = new Map<string, StreamsError>();

  add({ records, refusal }: CommitRefused): void {
    const kind = records.length === 1 ? this.#single : this.#batches;
    for (const record of records.slice(0, 1)) kind.set(formatPosition(record), refusal);
  }

  /** Why this item must not be handled once more as it is. */
  of({ deliveries }: WorkItem): StreamsError | undefined {
    if (this.#single.size + this.#batches.size === 0) return undefined;
    if (deliveries.length === 1) return this.#find(this.#single, deliveries);
    return this.#find(this.#single, deliveries) ?? this.#find(this.#batches, deliveries);
  }

  /** They are acknowledged. */
  forget(records: readonly Position[]): void {
    if (this.#single.size + this.#batches.size === 0) return;
    for (const record of records) {
      const place = formatPosition(record);
      this.#single.delete(place);
      this.#batches.delete(place);
    }
  }

  #find(refused: ReadonlyMap<string, StreamsError>, records: readonly Position[]): StreamsError | undefined {
    for (const record of records) {
      const refusal = refused.get(formatPosition(record));
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }
}
