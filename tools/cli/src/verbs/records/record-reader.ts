import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Bytes, RawHeader } from '@millrace/streams';
import type { Parameters } from '../../command-line/parameters.ts';
import { parsePath } from '../../input/json-path.ts';
import { splitPair } from '../../input/pair.ts';
import { UsageError } from '../../usage-error.ts';
import { inputLines } from './input-lines.ts';
import { parseRecordLine } from './record-line.ts';

export interface InputRecord {
  readonly key: Bytes | null;
  /** Null: a tombstone. */
  readonly value: Bytes | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Stored after `headers`. */
  readonly rawHeaders?: readonly RawHeader[];
  readonly partition?: number;
  readonly timestamp?: number;
  /** Nothing more is at hand: it need not wait for company. */
  readonly last?: boolean;
}

type Read = (
  input: Readable & { readonly isTTY?: boolean },
  signal: AbortSignal,
) => AsyncIterable<InputRecord>;

/** What the options say records are made of: arguments, or lines of standard input. */
export function recordReader(parameters: Parameters): Read {
  const values = parameters.rest(1);
  const parse = parserOf(parameters);
  if (parameters.flag('fields')) {
    if (values.length === 0) throw new UsageError('--fields needs arguments of the form name=value');
    const fields = Object.fromEntries(values.map((value) => splitPair('--fields', value)));
    const record = parse(JSON.stringify(fields));
    return async function* () {
      yield record;
    };
  }
  if (values.length > 0) {
    const records = values.map(parse);
    return async function* () {
      yield* records;
    };
  }
  return (input, signal) => readLines(input, signal, parse);
}

async function* readLines(
  input: Readable,
  signal: AbortSignal,
  parse: (line: string) => InputRecord,
): AsyncGenerator<InputRecord, void, undefined> {
  let number = 0;
  for await (const { line, last } of inputLines(input, signal)) {
    number += 1;
    if (line === '') continue;
    try {
      if (line === undefined)
        throw new UsageError('its bytes are no UTF-8; give bytes with --ndjson as {"base64":"…"}');
      yield { ...parse(line), last };
    } catch (error) {
      throw error instanceof UsageError ? new UsageError(`line ${number}: ${error.message}`) : error;
    }
  }
}

function parserOf(parameters: Parameters): (text: string) => InputRecord {
  const headers = Object.fromEntries(parameters.list('header').map((pair) => splitPair('--header', pair)));
  const separator = parameters.text('keySeparator');
  const fixed = parameters.text('key') ?? null;
  const path = parameters.text('keyPath');
  const find = path === undefined ? undefined : parsePath(path);
  if (parameters.flag('ndjson')) {
    return (text) => {
      const record = parseRecordLine(text);
      const rawHeaders = record.rawHeaders?.filter(([name]) => !Object.hasOwn(headers, name)) ?? [];
      return { ...record, headers: { ...record.headers, ...headers }, rawHeaders };
    };
  }
  const withId = (key: string | null, value: string): InputRecord => ({
    key,
    value,
    headers: { id: randomUUID(), ...headers },
  });
  if (separator !== undefined) {
    return (text) => {
      const at = text.indexOf(separator);
      if (at < 0)
        throw new UsageError(`${JSON.stringify(text)} has no ${JSON.stringify(separator)} after a key`);
      return withId(text.slice(0, at), text.slice(at + separator.length));
    };
  }
  return (text) => withId(find ? keyAt(find, path ?? '', text) : fixed, text);
}

function keyAt(find: (value: unknown) => unknown, path: string, text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${JSON.stringify(text)} is no JSON: --key-path finds no key in it`);
  }
  const key = find(value);
  if (typeof key === 'string' || typeof key === 'number') return String(key);
  throw new UsageError(`there is no text or number at ${path} in ${text}`);
}
