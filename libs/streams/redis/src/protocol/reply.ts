import { ReplyCursor } from './reply-cursor.ts';

export const list = 0x2a;
const text = 0x24;
const error = 0x2d;
const integer = 0x3a;

/** The error that a reply is, if it is one. */
export function errorOf(frame: Buffer): Error | undefined {
  return frame[0] === error ? new Error(new ReplyCursor(frame).line()) : undefined;
}

/** Texts, or their bytes, numbers, lists and null. An error inside a list becomes an Error there. */
export function decodeReply(frame: Buffer, asBytes: boolean): unknown {
  return element(new ReplyCursor(frame), asBytes);
}

function element(cursor: ReplyCursor, asBytes: boolean): unknown {
  switch (cursor.kind) {
    case list: {
      const length = cursor.length();
      return length < 0 ? null : Array.from({ length }, () => element(cursor, asBytes));
    }
    case text: {
      const length = cursor.length();
      if (length < 0) return null;
      const start = cursor.at;
      cursor.skip(length);
      return asBytes
        ? cursor.frame.subarray(start, start + length)
        : cursor.frame.toString('utf8', start, start + length);
    }
    case integer:
      return Number(cursor.line());
    case error:
      return new Error(cursor.line());
    default: {
      const line = cursor.line();
      return asBytes ? Buffer.from(line) : line;
    }
  }
}
