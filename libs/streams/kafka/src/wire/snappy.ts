import { native } from './native.ts';
import { Reader } from './reader.ts';

const javaMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const javaHeaderBytes = 16;

/** Bare Snappy, as librdkafka writes it and the Java clients read it too. */
export function snappy(bytes: Buffer): Buffer {
  return native.snappy().compressSync(bytes);
}

/** Bare Snappy, or the blocks of Java's stream, each behind its length (https://github.com/xerial/snappy-java). */
export function unsnappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, javaMagic.length).equals(javaMagic)) return block(bytes);
  const reader = new Reader(bytes, javaHeaderBytes);
  const blocks: Buffer[] = [];
  while (reader.left > 0) blocks.push(block(reader.raw(reader.int32())));
  return Buffer.concat(blocks);
}

function block(bytes: Buffer): Buffer {
  return Buffer.from(native.snappy().uncompressSync(bytes, { asBuffer: true }));
}
