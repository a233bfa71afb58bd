import type { Delivery, Headers, RawHeader, StoredRecord } from '@millrace/streams';
import type { ReadBytes } from '@millrace/streams/driver';
import type { BatchBody, MakeRecord } from './batch.ts';
import {
  decodeHeaders,
  decodeKey,
  decodeRawHeaders,
  hasValue,
  readHeaderAt,
  recordEnd,
  timestampOf,
  valueStart,
} from './record-decoder.ts';

/**
 * A record in the memory of its batch. Many readers never look at key or headers, and none at the value twice: what is made
 * when asked for, and not kept, does not outlive its use while the record waits to be acknowledged.
 */
class BatchRecord implements StoredRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly timestamp: number;
  readonly #body: BatchBody;
  readonly #at: number;
  #headers: Headers | undefined;

  constructor(body: BatchBody, at: number, offset: number) {
    const { position, view } = body;
    this.topic = position.topic;
    this.partition = position.partition;
    this.offset = String(offset);
    this.timestamp = timestampOf(view, at);
    this.#body = body;
    this.#at = at;
  }

  get key(): Buffer | null {
    return decodeKey(this.#body.bytes, this.#body.view, this.#at);
  }

  get value(): Buffer | null {
    const { bytes, view } = this.#body;
    if (!hasValue(view, this.#at)) return null;
    return bytes.subarray(valueStart(view, this.#at), recordEnd(view, this.#at));
  }

  readValue<Result>(read: ReadBytes<Result>): Result | null {
    const { bytes, view } = this.#body;
    if (!hasValue(view, this.#at)) return null;
    return read(bytes, valueStart(view, this.#at), recordEnd(view, this.#at));
  }

  get size(): number {
    const { view } = this.#body;
    return recordEnd(view, this.#at) - valueStart(view, this.#at);
  }

  get headers(): Headers {
    this.#headers ??= decodeHeaders(this.#body.bytes, this.#body.view, this.#at);
    return this.#headers;
  }

  get rawHeaders(): readonly RawHeader[] {
    return decodeRawHeaders(this.#body.bytes, this.#body.view, this.#at);
  }

  /** Nothing is kept: what is kept of a record until its commit is copied by the collector. */
  readHeader<Result>(name: string, read: ReadBytes<Result>): Result | undefined {
    return readHeaderAt(this.#body, this.#at, name, read);
  }
}

/** A delivery before it is delivered: its attempt is still to be found. */
export interface MutableDelivery extends Delivery {
  attempt: number;
}

class BatchDelivery extends BatchRecord implements MutableDelivery {
  attempt = 1;
}

export const makeRecord: MakeRecord<StoredRecord> = (body, at, offset) => new BatchRecord(body, at, offset);

export const makeDelivery: MakeRecord<MutableDelivery> = (body, at, offset) =>
  new BatchDelivery(body, at, offset);
