import type { Bytes } from './record.ts';

/** How a value becomes bytes and back. `decode` throws on bytes that are none of its own. */
export interface Codec {
  readonly encode: (value: unknown) => Bytes;
  readonly decode: (bytes: Uint8Array) => unknown;
}

const strictText = new TextDecoder('utf-8', { fatal: true });

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

function decodeText(value: Uint8Array): string {
  return strictText.decode(value);
}
