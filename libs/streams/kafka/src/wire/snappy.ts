import { repeat } from './lz-copy.ts';
import { Reader } from './reader.ts';

const magic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const headerBytes = 16;

/** Snappy, bare as librdkafka writes it, or in the blocks of Java's stream (https://github.com/google/snappy, format_description.txt). */
export function unsnappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, magic.length).equals(magic)) return block(bytes);
  const reader = new Reader(bytes, headerBytes);
  const blocks: Buffer[] = [];
  while (reader.left > 0) blocks.push(block(reader.raw(reader.int32())));
  return Buffer.concat(blocks);
}

function block(bytes: Buffer): Buffer {
  const reader = new Reader(bytes);
  const out = Buffer.allocUnsafe(reader.uvarint());
  let at = 0;
  while (reader.left > 0) {
    const tag = reader.int8() & 0xff;
    const kind = tag & 3;
    if (kind === 0) {
      const length = literalLength(reader, tag >> 2);
      at += reader.raw(length).copy(out, at);
    } else if (kind === 1) {
      const distance = ((tag >> 5) << 8) | (reader.int8() & 0xff);
      at = repeat(out, at, distance, ((tag >> 2) & 7) + 4);
    } else {
      at = repeat(out, at, littleEndian(reader, kind === 2 ? 2 : 4), (tag >> 2) + 1);
    }
  }
  return out.subarray(0, at);
}

function literalLength(reader: Reader, short: number): number {
  return short < 60 ? short + 1 : littleEndian(reader, short - 59) + 1;
}

function littleEndian(reader: Reader, bytes: number): number {
  return reader.raw(bytes).readUIntLE(0, bytes);
}
