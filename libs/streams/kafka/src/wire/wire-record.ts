import type { Headers, RawHeader } from '@millrace/streams';
import type { ReadBytes } from '@millrace/streams/driver';
import { setHeader } from '@millrace/streams/driver';
import { Reader } from './reader.ts';

const noHeaders: Headers = Object.freeze({});

/**
 * A record as it lies in a partition. Its parts are views of the batch's memory, made when asked for and not kept: most are
 * never looked at, and what waits for its commit is copied by the collector of garbage.
 */
export class WireRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly #bytes: Buffer;
  readonly #at: number;

  /** `at`: where its key begins, length first, with value and headers behind it. */
  constructor(bytes: Buffer, at: number, offset: number, timestamp: number) {
    this.offset = offset;
    this.timestamp = timestamp;
    this.#bytes = bytes;
    this.#at = at;
  }

  get key(): Buffer | null {
    return new Reader(this.#bytes, this.#at).varintBytes();
  }

  /** Null is a deletion of a compacted topic. */
  get value(): Buffer | null {
    const reader = new Reader(this.#bytes, this.#at);
    reader.skipVarintBytes();
    return reader.varintBytes();
  }

  get headers(): Headers {
    const reader = this.#atHeaders();
    const count = reader.varint();
    if (count === 0) return noHeaders;
    const headers: Record<string, string> = {};
    for (let index = 0; index < count; index++) {
      const name = reader.varintString();
      setHeader(headers, name, reader.varintString());
    }
    return headers;
  }

  get rawHeaders(): readonly RawHeader[] {
    const reader = this.#atHeaders();
    return Array.from({ length: reader.varint() }, () => [reader.varintString(), reader.varintBytes()]);
  }

  /** Of several of that name the last, as `headers` has it. */
  readHeader<Result>(name: string, read: ReadBytes<Result>): Result | undefined {
    const reader = this.#atHeaders();
    let start = -1;
    let end = -1;
    for (let left = reader.varint(); left > 0; left--) {
      const wanted = reader.varintSpells(name);
      const length = Math.max(0, reader.varint());
      if (wanted) {
        start = reader.position;
        end = start + length;
      }
      reader.position += length;
    }
    return start < 0 ? undefined : read(this.#bytes, start, end);
  }

  #atHeaders(): Reader {
    const reader = new Reader(this.#bytes, this.#at);
    reader.skipVarintBytes();
    reader.skipVarintBytes();
    return reader;
  }
}
