import type { FileHandle } from 'node:fs/promises';

const chunkBytes = 1 << 18;
const newline = 0x0a;

export interface Line {
  /** Without the newline; valid until the next line is asked for. */
  readonly bytes: Buffer;
  readonly begin: number;
  /** Of the byte after its newline. */
  readonly end: number;
}

/** Whole lines between two bytes of a file; what has no newline at the end is left out. */
export async function* readLines(
  file: FileHandle,
  begin: number,
  end: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<Line, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  let at = begin;
  while (at < end) {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, end - at));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    let from = 0;
    for (;;) {
      const found = rest.indexOf(newline, from);
      if (found < 0) break;
      const lineBegin = at - rest.length + from;
      yield { bytes: rest.subarray(from, found), begin: lineBegin, end: at - rest.length + found + 1 };
      from = found + 1;
    }
    rest = rest.subarray(from);
  }
}
