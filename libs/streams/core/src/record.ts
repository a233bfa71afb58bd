import type { Position } from './position.ts';

export type Headers = Readonly<Record<string, string>>;

/** Bytes on their way to a backend. A string stands for its UTF-8 bytes. */
export type Bytes = string | Uint8Array;

/** A record to be stored; its partition is already chosen. `timestamp` is milliseconds since the epoch. */
export interface NewRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: Bytes | null;
  readonly value: Bytes;
  readonly headers: Headers;
  readonly timestamp: number;
}

/** Reads what lies in the bytes from `start` up to `end`. They are neither to be changed nor to be kept. */
export type ReadBytes<Result> = (bytes: Uint8Array, start: number, end: number) => Result;

/**
 * A record as a backend holds it. `timestamp` is milliseconds since the epoch. Key, value and headers may be decoded only
 * when asked for: a spread of the record may lack them.
 */
export interface StoredRecord extends Position {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array;
  readonly headers: Headers;
  readonly timestamp: number;
  /** Bytes of the value, of a record that can tell without cutting it out. Ask `sizeOf`. */
  readonly size?: number;
  /** Why its stored bytes are not what was stored, where they are not; the value is then what could be read, raw. */
  readonly damage?: string;
  /** The value where it lies, of a record that need not cut it out for that. */
  readValue?<Result>(read: ReadBytes<Result>): Result;
  /** One header where it lies, of a record that need not decode it for that. Ask `readHeader` or `headerOf`, which do without too. */
  readHeader?<Result>(name: string, read: ReadBytes<Result>): Result | undefined;
}

/** A stored record delivered to a group's member. */
export interface Delivery extends StoredRecord {
  /** 1 at the first delivery; counts every earlier attempt, those that ended in a crash included. */
  readonly attempt: number;
  /** The backend will not deliver it again, whatever becomes of this delivery. Default: false. */
  readonly lastDelivery?: boolean;
}
