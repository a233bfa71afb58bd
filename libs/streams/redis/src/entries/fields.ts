import { setHeader } from '@millrace/streams/driver';

/** Before the name of a header among the fields of an entry. */
export const headerPrefix = 'h:';

export const noHeaders: Readonly<Record<string, string>> = Object.freeze({});

export function withHeader(
  headers: Record<string, string> | undefined,
  name: string,
  value: string,
): Record<string, string> {
  const own = headers ?? {};
  setHeader(own, name, value);
  return own;
}

// Whether bytes are the name of one of our fields, without decoding them.

export function isHeaderName(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0x68 && bytes[at + 1] === 0x3a;
}

export function isKeyName(bytes: Buffer, at: number, length: number): boolean {
  return length === 3 && bytes[at] === 0x6b && bytes[at + 1] === 0x65 && bytes[at + 2] === 0x79;
}

export function isValueName(bytes: Buffer, at: number, length: number): boolean {
  return (
    length === 5 &&
    bytes[at] === 0x76 &&
    bytes[at + 1] === 0x61 &&
    bytes[at + 2] === 0x6c &&
    bytes[at + 3] === 0x75 &&
    bytes[at + 4] === 0x65
  );
}
