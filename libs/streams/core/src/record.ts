import type { Position } from './position.ts';

/** Headers as texts, by name: of several of a name the last, of bytes that are no UTF-8 what can be read of them. */
export type Headers = Readonly<Record<string, string>>;

/** A header as it is stored: names may repeat, and the value is bytes, or null where Kafka's clients gave none. */
export type RawHeader = readonly [name: string, value: Uint8Array | null];

/** A header to be stored: text, bytes, or null for one without a value. */
export type HeaderValue = string | Uint8Array | null;

/** Headers to be stored, by name; a list stores several of the name, in its order. */
export type HeaderValues = Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>;

/** Bytes on their way to a backend. A string stands for its UTF-8 bytes. */
export type Bytes = string | Uint8Array;

/** A record to be stored; its partition is already chosen. `timestamp` is milliseconds since the epoch. */
export interface NewRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: Bytes | null;
  /** Null: a tombstone, which deletes its key in a compacted topic. */
  readonly value: Bytes | null;
  readonly headers: Headers;
  /** Stored after `headers`, in this order: what a map of texts cannot hold. */
  readonly rawHeaders?: readonly RawHeader[] | undefined;
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
  /** Null: a tombstone, which deletes its key in a compacted topic. */
  readonly value: Uint8Array | null;
  readonly headers: Headers;
  /** All headers as they are stored, in order. Absent where `headers` holds them all. Ask `rawHeadersOf`. */
  readonly rawHeaders?: readonly RawHeader[] | undefined;
  readonly timestamp: number;
  /** Bytes of the value, of a record that can tell without cutting it out. Ask `sizeOf`. */
  readonly size?: number;
  /** Why its stored bytes are not what was stored, where they are not; the value is then what could be read, raw. */
  readonly damage?: string;
  /** The value where it lies, of a record that need not cut it out for that; null where there is none. */
  readValue?<Result>(read: ReadBytes<Result>): Result | null;
  /** The last header of a name where it lies, of a record that need not decode it for that. Ask `readHeader` or `headerOf`, which do without too. */
  readHeader?<Result>(name: string, read: ReadBytes<Result>): Result | undefined;
}

/** A stored record delivered to a group's member. */
export interface Delivery extends StoredRecord {
  /** 1 at the first delivery; counts every earlier attempt, those that ended in a crash included. */
  readonly attempt: number;
  /** The backend will not deliver it again, whatever becomes of this delivery. Default: false. */
  readonly lastDelivery?: boolean;
}
