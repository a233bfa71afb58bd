import type { Position } from './position.ts';
import type { Delivery, Headers, StoredRecord } from './record.ts';

/** A decoded, checked record. Key and headers are read from the record when asked for: a spread of it has neither. */
export interface Message<Value> extends Position {
  /** The key as UTF-8 text; the bytes are in `record`. */
  readonly key: string | null;
  readonly value: Value;
  readonly headers: Headers;
  /** When it was stored or published, milliseconds since the epoch. */
  readonly timestamp: number;
  /** 1 at the first delivery; always 1 for a plain reader. */
  readonly attempt: number;
  readonly record: StoredRecord | Delivery;
}
