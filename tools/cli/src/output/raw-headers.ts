import { isUtf8 } from 'node:buffer';
import { type Headers, type RawHeader, rawHeadersOf } from '@millrace/streams';
import { z } from 'zod';

/** A header as JSON: text where its bytes are UTF-8, else base64; null has no value. */
export type HeaderJson = readonly [name: string, value: string | null | { readonly base64: string }];

export const headersJsonSchema: z.ZodType<readonly HeaderJson[]> = z.array(
  z.tuple([z.string(), z.union([z.string(), z.null(), z.object({ base64: z.base64() })])]),
);

/** Whether an object of texts holds the headers as they are, in their order. */
export function isPlain(raw: readonly RawHeader[]): boolean {
  const texts = Object.entries(textsOf(raw));
  return (
    texts.length === raw.length &&
    raw.every(([name, value], index) => value !== null && isUtf8(value) && texts[index]?.[0] === name)
  );
}

export function textsOf(raw: readonly RawHeader[]): Headers {
  return Object.fromEntries(raw.map(([name, value]) => [name, Buffer.from(value ?? []).toString()]));
}

export function rawOf(headers: Headers): readonly RawHeader[] {
  return rawHeadersOf({ headers });
}

export function toHeadersJson(raw: readonly RawHeader[]): readonly HeaderJson[] {
  return raw.map(([name, value]) => [name, value === null ? null : textOrBase64(value)]);
}

export function fromHeadersJson(headers: readonly HeaderJson[]): readonly RawHeader[] {
  return headers.map(([name, value]) => [name, bytesOf(value)]);
}

function textOrBase64(value: Uint8Array): string | { readonly base64: string } {
  const bytes = Buffer.from(value);
  return isUtf8(bytes) ? bytes.toString() : { base64: bytes.toString('base64') };
}

function bytesOf(value: HeaderJson[1]): Uint8Array | null {
  if (value === null) return null;
  return typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.base64, 'base64');
}
