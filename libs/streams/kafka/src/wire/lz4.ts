import { repeat } from './lz-copy.ts';
import { Reader } from './reader.ts';

const magic = 0x184d2204;
const contentSizeFlag = 0x08;
const blockChecksumFlag = 0x10;
const dictionaryFlag = 0x01;
const storedFlag = 0x8000_0000;
const shortestRepeat = 4;

/** An LZ4 frame (https://github.com/lz4/lz4, doc/lz4_Frame_format.md and lz4_Block_format.md). */
export function unlz4(bytes: Buffer): Buffer {
  const reader = new Reader(bytes);
  if (uint32(reader) !== magic) throw new RangeError('this is no LZ4 frame');
  const flags = reader.int8();
  const blockBytes = 1 << (8 + 2 * ((reader.int8() >> 4) & 7));
  reader.position += (flags & contentSizeFlag ? 8 : 0) + (flags & dictionaryFlag ? 4 : 0) + 1;
  let out: Buffer = Buffer.alloc(0);
  for (let size = uint32(reader); size !== 0; size = uint32(reader)) {
    const stored = size >= storedFlag;
    const body = reader.raw(stored ? size - storedFlag : size);
    out = stored ? Buffer.concat([out, body]) : decode(body, out, blockBytes);
    if (flags & blockChecksumFlag) reader.position += 4;
  }
  return out;
}

/** Blocks may refer to those before them. */
function decode(block: Buffer, before: Buffer, most: number): Buffer {
  const out = Buffer.allocUnsafe(before.length + most);
  let at = before.copy(out);
  const reader = new Reader(block);
  while (reader.left > 0) {
    const token = reader.int8() & 0xff;
    at += reader.raw(lengthOf(reader, token >> 4)).copy(out, at);
    if (reader.left === 0) break;
    const distance = reader.raw(2).readUInt16LE();
    at = repeat(out, at, distance, lengthOf(reader, token & 15) + shortestRepeat);
  }
  return out.subarray(0, at);
}

function lengthOf(reader: Reader, short: number): number {
  let length = short;
  if (short < 15) return length;
  for (let more = 255; more === 255; length += more) more = reader.int8() & 0xff;
  return length;
}

function uint32(reader: Reader): number {
  return reader.raw(4).readUInt32LE();
}
