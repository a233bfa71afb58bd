import type { Delivery, Headers, StoredRecord } from '@millrace/streams';
import type { BatchBody, MakeRecord } from './batch.ts';
import {
  decodeHeader,
  decodeHeaders,
  decodeKey,
  recordEnd,
  timestampOf,
  valueStart,
} from './record-decoder.ts';

/** A record in the memory of its batch. Many readers never look at key or headers: they are decoded when asked for. */
class BatchRecord implements StoredRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly timestamp: number;
  readonly value: Buffer;
  readonly #body: BatchBody;
  readonly #at: number;
  #key: Buffer | null | undefined;
  #headers: Headers | undefined;

  constructor(body: BatchBody, at: number, offset: number) {
    const { place, bytes, view } = body;
    this.topic = place.topic;
    this.partition = place.partition;
    this.offset = String(offset);
    this.timestamp = timestampOf(view, at);
    this.value = bytes.subarray(valueStart(view, at), recordEnd(view, at));
    this.#body = body;
    this.#at = at;
  }

  get key(): Buffer | null {
    if (this.#key === undefined) this.#key = decodeKey(this.#body.bytes, this.#body.view, this.#at);
    return this.#key;
  }

  get headers(): Headers {
    this.#headers ??= decodeHeaders(this.#body.bytes, this.#body.view, this.#at);
    return this.#headers;
  }

  /** Not kept: what is kept of a record until its commit is copied by the collector. */
  header(name: string): string | undefined {
    return decodeHeader(this.#body.bytes, this.#body.view, this.#at, name);
  }
}

/** A delivery before it is handed out: its attempt is still to be found. */
export interface HandedOut extends Delivery {
  attempt: number;
}

class BatchDelivery extends BatchRecord implements HandedOut {
  attempt = 1;
}

export const makeRecord: MakeRecord<StoredRecord> = (body, at, offset) => new BatchRecord(body, at, offset);

export const makeDelivery: MakeRecord<HandedOut> = (body, at, offset) => new BatchDelivery(body, at, offset);
