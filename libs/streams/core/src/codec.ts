import { isUtf8 } from 'node:buffer';
import { asBuffer } from './as-buffer.ts';
import type { Bytes } from './record.ts';

const replacementCharacter = '\ufffd';

/** How a value becomes bytes and back. `decode` throws on bytes that are none of its own. */
export interface Codec {
  readonly encode: (value: unknown) => Bytes;
  readonly decode: (bytes: Uint8Array) => unknown;
}

export const json: Codec = {
  encode: (value) => JSON.stringify(value),
  decode: (bytes) => JSON.parse(decodeText(bytes)),
};

/** UTF-8 text as it stands. */
export const text: Codec = {
  encode: String,
  decode: decodeText,
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
function decodeText(value: Uint8Array): string {
  const buffer = asBuffer(value);
  const decoded = buffer.toString();
  if (decoded.includes(replacementCharacter) && !isUtf8(buffer)) {
    throw new TypeError('the bytes are not valid UTF-8');
  }
  return decoded;
}
