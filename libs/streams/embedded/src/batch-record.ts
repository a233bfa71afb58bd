import type { Delivery, Headers, StoredRecord } from '@millrace/streams';
import { type BatchPlace, decodeHeaders, decodeKey, type MakeRecord } from './record-decoder.ts';

/** A record in the memory of its batch. Many readers never look at key or headers: they are decoded when asked for. */
class BatchRecord implements StoredRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly timestamp: number;
  readonly value: Buffer;
  readonly #body: Buffer;
  readonly #at: number;
  #key: Buffer | null | undefined;
  #headers: Headers | undefined;

  constructor(place: BatchPlace, body: Buffer, at: number, offset: string, timestamp: number, value: Buffer) {
    this.topic = place.topic;
    this.partition = place.partition;
    this.offset = offset;
    this.timestamp = timestamp;
    this.value = value;
    this.#body = body;
    this.#at = at;
  }

  get key(): Buffer | null {
    if (this.#key === undefined) this.#key = decodeKey(this.#body, this.#at);
    return this.#key;
  }

  get headers(): Headers {
    this.#headers ??= decodeHeaders(this.#body, this.#at);
    return this.#headers;
  }
}

class BatchDelivery extends BatchRecord implements HandedOut {
  attempt = 1;
}

/** A delivery before it is handed out: its attempt is still to be found. */
export interface HandedOut extends Delivery {
  attempt: number;
}

export const makeRecord: MakeRecord<StoredRecord> = (place, body, at, offset, timestamp, value) =>
  new BatchRecord(place, body, at, offset, timestamp, value);

export const makeDelivery: MakeRecord<HandedOut> = (place, body, at, offset, timestamp, value) =>
  new BatchDelivery(place, body, at, offset, timestamp, value);
