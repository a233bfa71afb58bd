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
    this.#reserve(headerBytes);
    this.#tag(field, delimited);
    this.#at += 1;
    return this.#at;
  }

  close(start: number): void {
    const length = this.#at - start;
    if (length > 0x7f) {
      this.#reserve(headerBytes);
      // Most lengths take one byte, which `open` left for it; what follows a longer one moves.
      this.#bytes.copyWithin(start - 1 + bytesOf(length), start, start + length);
    }
    this.#at = start - 1;
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
    const low = value % 0x100000000;
    bytes[this.#at++] = low;
    bytes[this.#at++] = low >>> 8;
    bytes[this.#at++] = low >>> 16;
    bytes[this.#at++] = low >>> 24;
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
