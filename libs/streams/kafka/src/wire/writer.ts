const initialBytes = 512;

/** Bytes in the order of Kafka's protocol: big-endian numbers, zigzag varints. Grows as needed. */
export class Writer {
  #buffer: Buffer;
  #length = 0;

  constructor(bytes: number = initialBytes) {
    this.#buffer = Buffer.allocUnsafe(bytes);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written; the same memory, so write no more afterwards. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  int8(value: number): this {
    this.#room(1);
    this.#buffer[this.#length++] = value & 0xff;
    return this;
  }

  int16(value: number): this {
    this.#room(2);
    this.#length = this.#buffer.writeInt16BE(value, this.#length);
    return this;
  }

  int32(value: number): this {
    this.#room(4);
    this.#length = this.#buffer.writeInt32BE(value, this.#length);
    return this;
  }

  uint32(value: number): this {
    return this.int32(value | 0);
  }

  int64(value: number | bigint): this {
    this.#room(8);
    this.#length = this.#buffer.writeBigInt64BE(BigInt(value), this.#length);
    return this;
  }

  /** Zigzag; for numbers beyond 32 bits as well. */
  varint(value: number): this {
    return this.uvarint(value >= 0 ? value * 2 : value * -2 - 1);
  }

  uvarint(value: number): this {
    this.#room(10);
    let left = value;
    while (left > 0x7f) {
      this.#buffer[this.#length++] = (left % 128) | 0x80;
      left = Math.floor(left / 128);
    }
    this.#buffer[this.#length++] = left;
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** UTF-8 without a length before it. */
  utf8(text: string, bytes: number): this {
    this.#room(bytes);
    this.#length += this.#buffer.write(text, this.#length, bytes, 'utf8');
    return this;
  }

  string(text: string | null): this {
    if (text === null) return this.int16(-1);
    const bytes = Buffer.byteLength(text);
    return this.int16(bytes).utf8(text, bytes);
  }

  compactString(text: string | null): this {
    if (text === null) return this.uvarint(0);
    const bytes = Buffer.byteLength(text);
    return this.uvarint(bytes + 1).utf8(text, bytes);
  }

  array<Item>(items: readonly Item[], write: (item: Item) => void): this {
    this.int32(items.length);
    for (const item of items) write(item);
    return this;
  }

  compactArray<Item>(items: readonly Item[] | null, write: (item: Item) => void): this {
    this.uvarint(items === null ? 0 : items.length + 1);
    for (const item of items ?? []) write(item);
    return this;
  }

  /** The end of a structure of a flexible version: no tagged fields. */
  noTags(): this {
    return this.uvarint(0);
  }

  /** Writes over what is there already. */
  patchInt32(at: number, value: number): void {
    this.#buffer.writeInt32BE(value | 0, at);
  }

  patchInt64(at: number, value: number): void {
    this.#buffer.writeBigInt64BE(BigInt(value), at);
  }

  #room(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
