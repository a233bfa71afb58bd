import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import {
  fromHeadersJson,
  headersJsonSchema,
  isPlain,
  rawOf,
  textsOf,
  toHeadersJson,
} from '../output/raw-headers.ts';
import type { CopiedRecord } from './copied-record.ts';

/**
 * A backup is lines of JSON: a head, the records of one partition after another, and a seal with the SHA-256 of all
 * bytes before it. It can be read with any tool; a changed, missing or added byte breaks the seal.
 */
export interface Head {
  readonly format: 'millrace-backup';
  readonly version: 1;
  readonly topic: string;
  readonly partitions: number;
  readonly retention: {
    readonly maxAgeMs?: number | undefined;
    readonly maxRecords?: number | undefined;
    readonly evenIfUnacknowledged?: boolean | undefined;
  };
  /** The last offset of each partition that this backup holds; null where there is none. */
  readonly ends: readonly (string | null)[];
  readonly startedAt: string;
}

export interface Seal {
  readonly sha256: string;
  readonly records: number;
  readonly partitions: readonly SealedPartition[];
}

export interface SealedPartition {
  readonly partition: number;
  readonly records: number;
  /** The bytes of the file at which its records begin and end. */
  readonly begin: number;
  readonly end: number;
  /** The offset of its last record; null when it has none. */
  readonly last: string | null;
}

export const headSchema: z.ZodType<Head> = z.object({
  format: z.literal('millrace-backup'),
  version: z.literal(1),
  topic: z.string(),
  partitions: z.int().positive(),
  retention: z.object({
    maxAgeMs: z.number().optional(),
    maxRecords: z.number().optional(),
    evenIfUnacknowledged: z.boolean().optional(),
  }),
  ends: z.array(z.string().nullable()),
  startedAt: z.iso.datetime(),
});

export const sealSchema: z.ZodType<{ readonly seal: Seal }> = z.object({
  seal: z.object({
    sha256: z.string().length(64),
    records: z.int(),
    partitions: z.array(
      z.object({
        partition: z.int(),
        records: z.int(),
        begin: z.int(),
        end: z.int(),
        last: z.string().nullable(),
      }),
    ),
  }),
});

const lineSchema = z.object({
  p: z.int(),
  o: z.string(),
  t: z.number(),
  k: z.string().nullable().optional(),
  kb: z.string().optional(),
  v: z.string().nullable().optional(),
  vb: z.string().optional(),
  h: z.record(z.string(), z.string()).optional(),
  hr: headersJsonSchema.optional(),
});

/**
 * One record: p partition, o offset, t time, k key, v value, h headers; kb and vb are base64 of what is no UTF-8, hr is the
 * list of headers that no object of texts holds as they are.
 */
export function toLine(partition: number, { offset, timestamp, key, value, headers }: CopiedRecord): string {
  return JSON.stringify({
    p: partition,
    o: offset,
    t: timestamp,
    ...(key === null ? { k: null } : textOrBase64('k', key)),
    ...(value === null ? { v: null } : textOrBase64('v', value)),
    ...headerFields(headers),
  });
}

export function fromLine(text: string): CopiedRecord & { readonly partition: number } {
  const { p, o, t, k, kb, v, vb, h, hr } = lineSchema.parse(JSON.parse(text));
  return {
    partition: p,
    offset: o,
    timestamp: t,
    key: bytesOf(k, kb),
    value: v === null ? null : bytesOf(v, vb),
    headers: hr ? fromHeadersJson(hr) : rawOf(h ?? {}),
  };
}

function headerFields(headers: CopiedRecord['headers']): object {
  if (headers.length === 0) return {};
  return isPlain(headers) ? { h: textsOf(headers) } : { hr: toHeadersJson(headers) };
}

function textOrBase64(name: 'k' | 'v', bytes: Uint8Array): Record<string, string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer) ? { [name]: buffer.toString() } : { [`${name}b`]: buffer.toString('base64') };
}

function bytesOf(text: string | null | undefined, base64: string | undefined): Uint8Array | null {
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  return text === null || text === undefined ? null : Buffer.from(text);
}
