import type { Id64 } from '../id64.ts';

const startBytes = 64 * 1024;
/** What is kept for the next message; a larger buffer is let go. */
const keptBytes = 1024 * 1024;
/** Calling into the runtime costs more than copying so few characters. */
const shortText = 64;
/** More than a field's number, its length or its value take, unless it is a text or a message. */
const headerBytes = 16;

const delimited = 2;

/** Writes Protocol Buffers by their wire format, field by field, into one buffer that grows and is used again. */
export class ProtobufWriter {
  #bytes: Buffer = Buffer.allocUnsafeSlow(startBytes);
  #at = 0;

  /** Bytes written since the last call of `take`. */
  get length(): number {
    return this.#at;
  }

  /** Begins a message within the message; `close` takes what it answers. */
  open(field: number): number {
    return this.#open(field, 1);
  }

  close(start: number): void {
    this.#close(start, 1);
  }

  /** As `open`, for what mostly has more than 127 bytes and less than 16 K; `closeLong` belongs to it. */
  openLong(field: number): number {
    return this.#open(field, 2);
  }

  closeLong(start: number): void {
    this.#close(start, 2);
  }

  #open(field: number, lengthBytes: number): number {
    this.#reserve(headerBytes);
    this.#tag(field, delimited);
    this.#at += lengthBytes;
    return this.#at;
  }

  #close(start: number, lengthBytes: number): void {
    const length = this.#at - start;
    const needed = bytesOf(length);
    const moved = start - lengthBytes + needed;
    if (moved !== start) {
      this.#reserve(headerBytes);
      this.#bytes.copyWithin(moved, start, start + length);
    }
    this.#at = start - lengthBytes;
    this.#varint(length);
    this.#at += length;
  }

  text(field: number, text: string): void {
    this.#reserve(headerBytes + text.length * 3);
    const start = this.open(field);
    if (text.length > shortText || !this.#ascii(text)) {
      this.#at = start + this.#bytes.write(text, start);
    }
    this.close(start);
  }

  /** The bytes that an id of lower-case hexadecimal digits stands for. */
  id(field: number, digits: string): void {
    const size = digits.length >> 1;
    this.#reserve(headerBytes + size);
    this.#tag(field, delimited);
    this.#varint(size);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let index = 0; index < digits.length; index += 2) {
      bytes[at++] = (nibbleOf(digits.charCodeAt(index)) << 4) | nibbleOf(digits.charCodeAt(index + 1));
    }
    this.#at = at;
  }

  /** Half of a trace's id, or a whole span's, whose field and length `idField` wrote. */
  id64({ high, low }: Id64): void {
    this.#word(high);
    this.#word(low);
  }

  /** `size`: of the id that follows, in bytes. */
  idField(field: number, size: number): void {
    this.#reserve(headerBytes + size);
    this.#tag(field, delimited);
    this.#varint(size);
  }

  /** A whole number from 0 to 2^53. */
  number(field: number, value: number): void {
    this.#reserve(headerBytes);
    this.#tag(field, 0);
    this.#varint(value);
  }

  fixed32(field: number, value: number): void {
    this.#reserve(headerBytes);
    this.#tag(field, 5);
    this.#fixed32(value);
  }

  /** A moment in milliseconds since the epoch, with fractions, as 64 bits of nanoseconds. */
  nanoseconds(field: number, milliseconds: number): void {
    this.#reserve(headerBytes);
    this.#tag(field, 1);
    const seconds = Math.floor(milliseconds / 1_000);
    const rest = Math.round((milliseconds - seconds * 1_000) * 1e6);
    // Nanoseconds since the epoch have more bits than a number holds exactly: taken in two parts of whole seconds.
    const upper = (seconds >>> 16) * 1e9;
    const lower = (seconds & 0xffff) * 1e9 + rest + (upper % 0x10000) * 0x10000;
    this.#fixed32(lower);
    this.#fixed32(Math.floor(upper / 0x10000) + Math.floor(lower / 0x100000000));
  }

  /** Fields that were written before. */
  fields(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** A copy of what was written since the last call. */
  take(): Uint8Array {
    const taken = Buffer.allocUnsafeSlow(this.#at);
    this.#bytes.copy(taken, 0, 0, this.#at);
    this.#at = 0;
    if (this.#bytes.length > keptBytes) this.#bytes = Buffer.allocUnsafeSlow(startBytes);
    return taken;
  }

  /** False, and nothing written, where a character is none of ASCII. */
  #ascii(text: string): boolean {
    const { length } = text;
    const bytes = this.#bytes;
    const start = this.#at;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return false;
      bytes[start + index] = code;
    }
    this.#at = start + length;
    return true;
  }

  #word(value: number): void {
    const bytes = this.#bytes;
    const at = this.#at;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
    this.#at = at + 4;
  }

  #tag(field: number, wireType: number): void {
    this.#varint((field << 3) | wireType);
  }

  #varint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#at++] = rest;
  }

  #fixed32(value: number): void {
    const bytes = this.#bytes;
    const at = this.#at;
    const low = value % 0x100000000;
    bytes[at] = low;
    bytes[at + 1] = low >>> 8;
    bytes[at + 2] = low >>> 16;
    bytes[at + 3] = low >>> 24;
    this.#at = at + 4;
  }

  #reserve(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

function bytesOf(length: number): number {
  let bytes = 1;
  for (let rest = length; rest > 0x7f; rest >>>= 7) bytes += 1;
  return bytes;
}

/** Of 0 to 9 the lower four bits; of a to f, which have the bit 6, nine more. */
function nibbleOf(code: number): number {
  return (code & 0xf) + (code >> 6) * 9;
}
