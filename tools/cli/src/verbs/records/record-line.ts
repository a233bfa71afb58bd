import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { fromHeadersJson, headersJsonSchema } from '../../output/raw-headers.ts';
import { UsageError } from '../../usage-error.ts';
import type { InputRecord } from './record-reader.ts';

/** What `consume --json` prints; only one of value, text, base64 and tombstone is needed. `rawHeaders` stand for `headers`. */
const lineSchema = z.object({
  key: z.string().nullish(),
  keyBase64: z.base64().optional(),
  value: z.unknown().optional(),
  text: z.string().optional(),
  base64: z.base64().optional(),
  tombstone: z.literal(true).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  rawHeaders: headersJsonSchema.optional(),
  partition: z.int().nonnegative().optional(),
  timestamp: z.int().nonnegative().optional(),
});

type Line = z.infer<typeof lineSchema>;

/** A record written as a line of JSON; `partition` counts only where no key places it. */
export function parseRecordLine(text: string): InputRecord {
  const line = parse(text);
  const key = line.keyBase64 === undefined ? (line.key ?? null) : Buffer.from(line.keyBase64, 'base64');
  return {
    key,
    value: contentOf(line, text),
    ...headersOf(line),
    ...(line.partition === undefined || key !== null ? {} : { partition: line.partition }),
    ...(line.timestamp === undefined ? {} : { timestamp: line.timestamp }),
  };
}

function parse(text: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${JSON.stringify(text.slice(0, 200))} is no JSON`);
  }
  const parsed = lineSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UsageError(`the record is not as it should be: ${z.prettifyError(parsed.error)}`);
}

function headersOf({ headers, rawHeaders }: Line): Pick<InputRecord, 'headers' | 'rawHeaders'> {
  if (rawHeaders) return { headers: {}, rawHeaders: fromHeadersJson(rawHeaders) };
  return { headers: headers ?? { id: randomUUID() } };
}

function contentOf({ value, text, base64, tombstone }: Line, line: string): string | Uint8Array | null {
  if (tombstone) return null;
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  if (text !== undefined) return text;
  if (value !== undefined) return JSON.stringify(value);
  throw new UsageError(`the record has no value, text, base64 or tombstone: ${line.slice(0, 200)}`);
}
