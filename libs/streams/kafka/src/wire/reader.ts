import { equalsUtf8 } from '@millrace/streams/driver-kit';

/** Reads what Kafka's protocol wrote: big-endian numbers, zigzag varints. Answers views of the same memory. */
export class Reader {
  readonly buffer: Buffer;
  position: number;

  constructor(buffer: Buffer, position = 0) {
    this.buffer = buffer;
    this.position = position;
  }

  get left(): number {
    return this.buffer.length - this.position;
  }

  int8(): number {
    return this.buffer.readInt8(this.position++);
  }

  int16(): number {
    const value = this.buffer.readInt16BE(this.position);
    this.position += 2;
    return value;
  }

  int32(): number {
    const value = this.buffer.readInt32BE(this.position);
    this.position += 4;
    return value;
  }

  /** As a number: Kafka's offsets and times stay far below 2^53. */
  int64(): number {
    const high = this.buffer.readInt32BE(this.position);
    const low = this.buffer.readUInt32BE(this.position + 4);
    this.position += 8;
    return high * 0x1_0000_0000 + low;
  }

  bigint64(): bigint {
    const value = this.buffer.readBigInt64BE(this.position);
    this.position += 8;
    return value;
  }

  uvarint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.buffer[this.position++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  varint(): number {
    const raw = this.uvarint();
    return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
  }

  raw(length: number): Buffer {
    const bytes = this.buffer.subarray(this.position, this.position + length);
    this.position += length;
    return bytes;
  }

  string(): string | null {
    const length = this.int16();
    return length < 0 ? null : this.#utf8(length);
  }

  compactString(): string | null {
    const length = this.uvarint() - 1;
    return length < 0 ? null : this.#utf8(length);
  }

  /** A text behind its varint length, as in record headers. */
  varintString(): string {
    return this.#utf8(Math.max(0, this.varint()));
  }

  /** Null where the length says so. */
  varintBytes(): Buffer | null {
    const length = this.varint();
    return length < 0 ? null : this.raw(length);
  }

  skipVarintBytes(): void {
    const length = this.varint();
    if (length > 0) this.position += length;
  }

  /** Passes a text behind its varint length and says whether it is this one. */
  varintSpells(text: string): boolean {
    const length = Math.max(0, this.varint());
    const start = this.position;
    this.position += length;
    return equalsUtf8(this.buffer, start, this.position, text);
  }

  array<Item>(read: () => Item): Item[] {
    return this.#items(this.int32(), read);
  }

  compactArray<Item>(read: () => Item): Item[] {
    return this.#items(this.uvarint() - 1, read);
  }

  /** Passes over the tagged fields at the end of a structure of a flexible version. */
  skipTags(): void {
    for (let count = this.uvarint(); count > 0; count--) {
      this.uvarint();
      this.position += this.uvarint();
    }
  }

  #items<Item>(count: number, read: () => Item): Item[] {
    const items: Item[] = [];
    for (let index = 0; index < count; index++) items.push(read());
    return items;
  }

  #utf8(length: number): string {
    const text = this.buffer.toString('utf8', this.position, this.position + length);
    this.position += length;
    return text;
  }
}
