import { type NewRecord, type RawHeader, StreamsError } from '@millrace/streams';
import {
  asciiFlag,
  headerLengthBytes,
  maxHeaderNameBytes,
  maxHeaders,
  maxRecordBytes,
  nullLength,
  nullValueFlag,
  prefixBytes,
} from './record-format.ts';

const startBytes = 256 * 1024;
const shortText = 24;
const keptBytes = 4 * 1024 * 1024;

/** Writes records into one growing buffer that is used again for every batch. */
export class RecordEncoder {
  #buffer: Buffer = Buffer.allocUnsafeSlow(startBytes);
  #view: DataView = new DataView(this.#buffer.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(record: NewRecord): void {
    const { key, value, headers, rawHeaders } = record;
    let count = 0;
    let most = prefixBytes + mostBytes(key ?? '') + mostBytes(value ?? '');
    for (const name in headers) {
      count += 1;
      most += headerLengthBytes + mostBytes(name) + mostBytes(headers[name] ?? '');
    }
    if (rawHeaders) {
      count += rawHeaders.length;
      for (const [name, bytes] of rawHeaders)
        most += headerLengthBytes + mostBytes(name) + (bytes?.length ?? 0);
    }
    if (count > maxHeaders) throw invalidHeaders(record, `${count} headers; it may have ${maxHeaders}`);
    this.#reserve(most, record);
    const start = this.#length;
    const keyStart = start + prefixBytes + count * headerLengthBytes;
    const textStart = keyStart + (key === null ? 0 : this.#put(key, keyStart));
    this.#view.setUint8(start + 18, value === null ? nullValueFlag : 0);
    const valueStart = count === 0 ? textStart : this.#putHeaders(record, start, textStart);
    const end = valueStart + (value === null ? 0 : this.#put(value, valueStart));
    if (end - start > maxRecordBytes) throw tooLarge(record, end - start);
    this.#view.setUint32(start, end - start, true);
    this.#view.setUint32(start + 4, key === null ? 0 : textStart - keyStart + 1, true);
    this.#view.setFloat64(start + 8, record.timestamp, true);
    this.#view.setUint16(start + 16, count, true);
    this.#length = end;
  }

  /** A copy of what was added since the last call. */
  take(): Buffer {
    const body = Buffer.allocUnsafeSlow(this.#length);
    this.#buffer.copy(body, 0, 0, this.#length);
    this.discard();
    return body;
  }

  discard(): void {
    this.#length = 0;
    if (this.#buffer.length > keptBytes) this.#replace(startBytes);
  }

  /** Returns where the headers end. */
  #putHeaders(record: NewRecord, start: number, textStart: number): number {
    const { headers, rawHeaders } = record;
    let entry = start + prefixBytes;
    let at = textStart;
    let characters = 0;
    for (const name in headers) {
      const value = headers[name] ?? '';
      const nameBytes = this.#putName(name, at, record);
      const valueBytes = this.#put(value, at + nameBytes);
      this.#view.setUint16(entry, nameBytes, true);
      this.#view.setUint32(entry + 2, valueBytes, true);
      entry += headerLengthBytes;
      at += nameBytes + valueBytes;
      characters += name.length + value.length;
    }
    if (rawHeaders) return this.#putRawHeaders(rawHeaders, record, entry, at);
    if (characters === at - textStart)
      this.#view.setUint8(start + 18, this.#view.getUint8(start + 18) | asciiFlag);
    return at;
  }

  #putRawHeaders(headers: readonly RawHeader[], record: NewRecord, from: number, textStart: number): number {
    let [entry, at] = [from, textStart];
    for (const [name, value] of headers) {
      const nameBytes = this.#putName(name, at, record);
      const valueBytes = value === null ? 0 : this.#put(value, at + nameBytes);
      this.#view.setUint16(entry, nameBytes, true);
      this.#view.setUint32(entry + 2, value === null ? nullLength : valueBytes, true);
      entry += headerLengthBytes;
      at += nameBytes + valueBytes;
    }
    return at;
  }

  #putName(name: string, at: number, record: NewRecord): number {
    const length = this.#put(name, at);
    if (length <= maxHeaderNameBytes) return length;
    throw invalidHeaders(record, `a header name of ${length} bytes; it may have ${maxHeaderNameBytes}`);
  }

  #put(bytes: string | Uint8Array, at: number): number {
    if (typeof bytes !== 'string') {
      this.#buffer.set(bytes, at);
      return bytes.length;
    }
    if (bytes.length > shortText) return this.#buffer.write(bytes, at);
    // Calling into the runtime costs more than copying a few characters.
    for (let index = 0; index < bytes.length; index++) {
      const code = bytes.charCodeAt(index);
      if (code > 127) return this.#buffer.write(bytes, at);
      this.#buffer[at + index] = code;
    }
    return bytes.length;
  }

  #reserve(most: number, record: NewRecord): void {
    if (most > 4 * maxRecordBytes) throw tooLarge(record, most);
    const needed = this.#length + most;
    if (needed > this.#buffer.length) this.#replace(Math.max(needed, this.#buffer.length * 2));
  }

  #replace(size: number): void {
    const replacement = Buffer.allocUnsafeSlow(size);
    this.#buffer.copy(replacement, 0, 0, this.#length);
    this.#buffer = replacement;
    this.#view = new DataView(replacement.buffer);
  }
}

function mostBytes(bytes: string | Uint8Array): number {
  return typeof bytes === 'string' ? bytes.length * 3 : bytes.length;
}

function tooLarge(record: NewRecord, size: number): StreamsError {
  return new StreamsError(
    'TOO_LARGE',
    `A record for ${record.topic} has about ${size} bytes; the embedded log stores up to ${maxRecordBytes}: store the content elsewhere and publish a reference`,
  );
}

function invalidHeaders(record: NewRecord, what: string): StreamsError {
  return new StreamsError('INVALID_RECORD', `A record for ${record.topic} has ${what}`);
}
