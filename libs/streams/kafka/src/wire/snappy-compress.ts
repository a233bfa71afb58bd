import { blockBytes, findMatches } from './lz-matches.ts';
import { Writer } from './writer.ts';

const longestCopy = 64;
const shortLiteral = 60;
const copyOfTwoBytes = 2;

/** Bare Snappy, as librdkafka writes it and the Java clients read it too. */
export function snappy(bytes: Buffer): Buffer {
  const out = new Writer(64 + bytes.length).uvarint(bytes.length);
  for (let from = 0; from < bytes.length; from += blockBytes) {
    const to = Math.min(bytes.length, from + blockBytes);
    const rest = findMatches(bytes, from, to, (literalsFrom, matchAt, distance, length) => {
      writeLiterals(out, bytes.subarray(literalsFrom, matchAt));
      writeCopies(out, distance, length);
    });
    writeLiterals(out, bytes.subarray(rest, to));
  }
  return out.bytes;
}

function writeLiterals(out: Writer, literals: Buffer): void {
  if (literals.length === 0) return;
  const count = literals.length - 1;
  if (count < shortLiteral) out.int8(count << 2);
  else if (count < 0x100) out.int8(shortLiteral << 2).int8(count);
  else
    out
      .int8((shortLiteral + 1) << 2)
      .int8(count & 0xff)
      .int8(count >> 8);
  out.raw(literals);
}

function writeCopies(out: Writer, distance: number, length: number): void {
  for (let left = length; left > 0; left -= longestCopy) {
    const copied = Math.min(longestCopy, left);
    out
      .int8(((copied - 1) << 2) | copyOfTwoBytes)
      .int8(distance & 0xff)
      .int8(distance >> 8);
  }
}
