import { blockBytes, findMatches } from './lz-matches.ts';

/** Magic, version 1 with independent blocks of at most 64 KiB and no checksums, and the header's own checksum. */
const header = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]);
const endMark = Buffer.alloc(4);
const storedFlag = 0x8000_0000;
const shortestRepeat = 4;

/** An LZ4 frame as the Java clients write it. */
export function lz4(bytes: Buffer): Buffer {
  const parts: Buffer[] = [header];
  for (let from = 0; from < bytes.length; from += blockBytes) {
    const to = Math.min(bytes.length, from + blockBytes);
    const packed = compressBlock(bytes, from, to);
    const size = Buffer.alloc(4);
    const stored = packed.length >= to - from;
    size.writeUInt32LE(stored ? to - from + storedFlag : packed.length);
    parts.push(size, stored ? bytes.subarray(from, to) : packed);
  }
  return Buffer.concat([...parts, endMark]);
}

function compressBlock(bytes: Buffer, from: number, to: number): Buffer {
  const out = Buffer.allocUnsafe(mostBytes(to - from));
  let at = 0;
  const length = (value: number): void => {
    let left = value;
    for (; left >= 255; left -= 255) out[at++] = 255;
    out[at++] = left;
  };
  const literals = (begin: number, end: number, repeats: number): void => {
    const count = end - begin;
    out[at++] = (Math.min(15, count) << 4) | Math.min(15, repeats);
    if (count >= 15) length(count - 15);
    at += bytes.copy(out, at, begin, end);
  };
  const rest = findMatches(bytes, from, to, (literalsFrom, matchAt, distance, matched) => {
    const repeats = matched - shortestRepeat;
    literals(literalsFrom, matchAt, repeats);
    at = out.writeUInt16LE(distance, at);
    if (repeats >= 15) length(repeats - 15);
  });
  literals(rest, to, 0);
  return out.subarray(0, at);
}

/** A block in which nothing repeats. */
function mostBytes(bytes: number): number {
  return bytes + Math.ceil(bytes / 255) + 16;
}
