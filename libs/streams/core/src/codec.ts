import { isUtf8 } from 'node:buffer';
import { asBuffer } from './as-buffer.ts';
import type { Bytes } from './record.ts';

const replacementCharacter = '\ufffd';

/** How a value becomes bytes and back. `decode` throws on bytes that are none of its own. */
export interface Codec {
  readonly encode: (value: unknown) => Bytes;
  readonly decode: (bytes: Uint8Array) => unknown;
  /** The same of the bytes' text, for a codec of UTF-8: spares cutting the bytes out of a larger piece. Default: `decode` is used. */
  readonly decodeText?: (text: string) => unknown;
}

export const json: Codec = {
  encode: (value) => JSON.stringify(value),
  decode: (bytes) => JSON.parse(textOf(bytes, 0, bytes.length)),
  decodeText: (text) => JSON.parse(text),
};

/** UTF-8 text as it stands. */
export const text: Codec = {
  encode: String,
  decode: (bytes) => textOf(bytes, 0, bytes.length),
  decodeText: (text) => text,
};

/** Bytes as they stand. */
export const bytes: Codec = {
  encode: (value) => {
    if (value instanceof Uint8Array) return value;
    throw new TypeError(`the bytes codec takes a Uint8Array, not ${typeof value}`);
  },
  decode: (value) => value,
};

/** Strict: bytes that are no UTF-8 throw. Only a text with the sign that stands for such bytes needs a second look. */
export function textOf(value: Uint8Array, start: number, end: number): string {
  const buffer = asBuffer(value);
  const decoded = buffer.toString('utf8', start, end);
  if (decoded.includes(replacementCharacter) && !isUtf8(buffer.subarray(start, end))) {
    throw new TypeError('the bytes are not valid UTF-8');
  }
  return decoded;
}
