/** Both formats may refer back so far. */
export const blockBytes: number = 0x1_0000;

const shortest = 4;
/** What LZ4 asks for; Snappy has no such bounds. */
const matchesEndBefore = 5;
const matchesBeginBefore = 12;
const hashBits = 14;
const skipShift = 6;
const table = new Int32Array(1 << hashBits);

export type OnMatch = (literalsFrom: number, matchAt: number, distance: number, length: number) => void;

/**
 * What LZ4 and Snappy have in common when they compress: tells each repeat within a block of at most `blockBytes`, with
 * the bytes before it that repeat nothing. Answers where the last bytes that repeat nothing begin.
 */
export function findMatches(input: Buffer, from: number, to: number, onMatch: OnMatch): number {
  const last = to - matchesBeginBefore;
  const limit = to - matchesEndBefore;
  let literalsFrom = from;
  if (last <= from) return literalsFrom;
  table.fill(-1);
  let misses = 0;
  for (let at = from; at < last; ) {
    const slot = hash(input, at);
    const candidate = table[slot] ?? -1;
    table[slot] = at;
    if (candidate < from || !sameFour(input, candidate, at)) {
      at += 1 + (misses++ >> skipShift);
      continue;
    }
    misses = 0;
    let length = shortest;
    while (at + length < limit && input[candidate + length] === input[at + length]) length += 1;
    onMatch(literalsFrom, at, at - candidate, length);
    at += length;
    literalsFrom = at;
  }
  return literalsFrom;
}

/** Multiplicative, as LZ4 and Snappy do it. */
function hash(input: Buffer, at: number): number {
  return Math.imul(four(input, at), 0x9e37_79b1) >>> (32 - hashBits);
}

function sameFour(input: Buffer, a: number, b: number): boolean {
  return four(input, a) === four(input, b);
}

function four(input: Buffer, at: number): number {
  return (
    (input[at] ?? 0) |
    ((input[at + 1] ?? 0) << 8) |
    ((input[at + 2] ?? 0) << 16) |
    ((input[at + 3] ?? 0) << 24)
  );
}
