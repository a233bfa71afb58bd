import type { Delivery, Headers, RawHeader } from '@millrace/streams';
import type { ReadBytes } from '@millrace/streams/driver';
import {
  headerPrefix,
  isHeaderNamed,
  noHeaders,
  nullHeaderPrefix,
  rawHeaderOf,
  withHeader,
} from '../entries/fields.ts';
import { ReplyCursor } from './reply-cursor.ts';

const dash = 0x2d;
const zero = 0x30;

/** What every record of a reply has in common. */
export interface RecordSource {
  readonly topic: string;
  readonly partition: number;
  readonly attempt: number;
}

/** Where the parts of an entry lie in its reply. One serves all entries of a reply, one after another. */
export interface EntryLayout {
  idStart: number;
  idEnd: number;
  /** Where its first field begins. */
  fieldsAt: number;
  /** Names and values together. */
  fields: number;
  keyStart: number;
  /** -1: there is no key. */
  keyEnd: number;
  valueStart: number;
  /** -1: there is no value, the record is a tombstone. */
  valueEnd: number;
}

/**
 * An entry in the memory of its reply. Its parts are decoded when asked for: thousands of them are alive while their
 * batches wait, and each object more is copied by the collector.
 */
export class RawRecord implements Delivery {
  readonly topic: string;
  readonly partition: number;
  readonly attempt: number;
  readonly offset: string;
  readonly timestamp: number;
  readonly #frame: Buffer;
  readonly #fieldsAt: number;
  readonly #fields: number;
  readonly #keyStart: number;
  readonly #keyEnd: number;
  readonly #valueStart: number;
  readonly #valueEnd: number;

  constructor(place: RecordSource, frame: Buffer, extent: Readonly<EntryLayout>) {
    this.topic = place.topic;
    this.partition = place.partition;
    this.attempt = place.attempt;
    this.offset = frame.toString('latin1', extent.idStart, extent.idEnd);
    this.timestamp = millisecondsOf(frame, extent.idStart);
    this.#frame = frame;
    this.#fieldsAt = extent.fieldsAt;
    this.#fields = extent.fields;
    this.#keyStart = extent.keyStart;
    this.#keyEnd = extent.keyEnd;
    this.#valueStart = extent.valueStart;
    this.#valueEnd = extent.valueEnd;
  }

  /** Bytes of the value. */
  get size(): number {
    return this.#valueEnd < 0 ? 0 : this.#valueEnd - this.#valueStart;
  }

  get key(): Buffer | null {
    return this.#keyEnd < 0 ? null : this.#frame.subarray(this.#keyStart, this.#keyEnd);
  }

  get value(): Buffer | null {
    return this.#valueEnd < 0 ? null : this.#frame.subarray(this.#valueStart, this.#valueEnd);
  }

  get headers(): Headers {
    const cursor = new ReplyCursor(this.#frame, this.#fieldsAt);
    let headers: Record<string, string> | undefined;
    for (let index = 0; index < this.#fields; index += 2) {
      const name = cursor.text();
      const value = cursor.text();
      if (name.startsWith(headerPrefix))
        headers = withHeader(headers, name.slice(headerPrefix.length), value);
      else if (name.startsWith(nullHeaderPrefix))
        headers = withHeader(headers, name.slice(nullHeaderPrefix.length), '');
    }
    return headers ?? noHeaders;
  }

  get rawHeaders(): readonly RawHeader[] {
    const cursor = new ReplyCursor(this.#frame, this.#fieldsAt);
    const headers: RawHeader[] = [];
    for (let index = 0; index < this.#fields; index += 2) {
      const field = cursor.bytes();
      const header = rawHeaderOf(field, cursor.bytes());
      if (header) headers.push(header);
    }
    return headers;
  }

  readHeader<Result>(name: string, read: ReadBytes<Result>): Result | undefined {
    const frame = this.#frame;
    const cursor = new ReplyCursor(frame, this.#fieldsAt);
    let start = -1;
    let end = -1;
    for (let index = 0; index < this.#fields; index += 2) {
      const nameLength = cursor.length();
      const nameAt = cursor.at;
      cursor.skip(nameLength);
      const length = cursor.length();
      if (isHeaderNamed(frame, nameAt, nameAt + nameLength, name)) {
        start = cursor.at;
        end = start + length;
      }
      cursor.skip(length);
    }
    return start < 0 ? undefined : read(frame, start, end);
  }
}

/** Digits up to the dash of an id. */
function millisecondsOf(frame: Buffer, start: number): number {
  let number = 0;
  for (let at = start, byte = frame[at] as number; byte !== dash; byte = frame[++at] as number)
    number = number * 10 + byte - zero;
  return number;
}
