import type { StandardSchemaV1 } from '@standard-schema/spec';
import { asBuffer } from './as-buffer.ts';
import { textOf } from './codec.ts';
import { StreamsError } from './errors.ts';
import { formatPosition, type Position } from './position.ts';
import type { Bytes, Delivery, Headers, StoredRecord } from './record.ts';
import type { Topic } from './topic.ts';

/** A decoded, checked record. To send one to another thread, spread it first. */
export interface Message<Value> extends Position {
  /** The key as UTF-8 text; the bytes are in `record`. */
  readonly key: string | null;
  readonly value: Value;
  readonly headers: Headers;
  /** When it was stored or published, milliseconds since the epoch. */
  readonly timestamp: number;
  /** 1 at the first delivery; always 1 for a plain reader. */
  readonly attempt: number;
  readonly record: StoredRecord | Delivery;
}

/** A message of a topic with a key. One that was stored without has the key that its topic derives from the value. */
export interface KeyedMessage<Value> extends Message<Value> {
  readonly key: string;
}

/** The record as a checked message; INVALID_RECORD when decoding or validation fails. */
export function decodeMessage<Value>(
  topic: Topic<Value>,
  record: StoredRecord | Delivery,
  attempt: number = attemptOf(record),
): Message<Value> {
  const message = new DecodedMessage(topic, record, decodeValue(topic, record), attempt);
  return new Proxy<DecodedMessage<Value>>(message, spreadable);
}

const source = Symbol('topic');

/** Many handlers never look at the key or the headers: they are decoded when asked for. */
class DecodedMessage<Value> implements Message<Value> {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly value: Value;
  readonly timestamp: number;
  readonly attempt: number;
  readonly record: StoredRecord | Delivery;
  readonly [source]: Pick<Topic<never>, 'key'>;

  constructor(topic: Topic<Value>, record: StoredRecord | Delivery, value: Value, attempt: number) {
    this.topic = record.topic;
    this.partition = record.partition;
    this.offset = record.offset;
    this.value = value;
    this.timestamp = record.timestamp;
    this.attempt = attempt;
    this.record = record;
    this[source] = topic;
  }

  get key(): string | null {
    const key =
      this.record.key ?? (this.value === null ? null : this[source].key?.(this.value as never)) ?? null;
    return key === null || typeof key === 'string' ? key : asBuffer(key).toString();
  }

  get headers(): Headers {
    return this.record.headers;
  }
}

const lazyFields: ReadonlySet<PropertyKey> = new Set(['key', 'headers']);

/** Shows the fields of the prototype as own ones, so that a spread or a copy has them. An own getter costs as much as decoding. */
const spreadable: ProxyHandler<DecodedMessage<unknown>> = {
  ownKeys: (message) => [...Object.keys(message), 'key', 'headers'],
  getOwnPropertyDescriptor: (message, name) =>
    lazyFields.has(name)
      ? { value: Reflect.get(message, name), enumerable: true, configurable: true }
      : Reflect.getOwnPropertyDescriptor(message, name),
};

function attemptOf(record: StoredRecord | Delivery): number {
  return 'attempt' in record ? record.attempt : 1;
}

function decodeValue<Value>(topic: Topic<Value>, record: StoredRecord): Value {
  if (record.damage !== undefined) throw invalid(record, `its stored bytes are damaged (${record.damage})`);
  const decoded = decodeBytes(topic, record);
  if (decoded === tombstone) {
    // Only a topic that is declared so gets null, and then its type says so.
    if (topic.key === undefined || record.key !== null) return null as Value;
    throw invalid(record, 'it has neither value nor key');
  }
  if (!topic.schema) return decoded as Value;
  const result = topic.schema['~standard'].validate(decoded);
  const issues = issuesOf(topic, result);
  if (issues) throw invalid(record, describeIssues(issues));
  return (result as StandardSchemaV1.SuccessResult<Value>).value;
}

const tombstone = Symbol('tombstone');
const nothing = new Uint8Array(0);

function decodeBytes<Value>(topic: Topic<Value>, record: StoredRecord): unknown {
  try {
    const { codec } = topic;
    if (codec.decodeText && record.readValue) {
      const text = record.readValue(textOf);
      if (text !== null) return codec.decodeText(text);
    }
    const { value } = record;
    if (value === null && topic.nullable) return tombstone;
    return codec.decode(value ?? nothing);
  } catch (error) {
    throw invalid(
      record,
      record.value === null
        ? `it has no value (a tombstone); declare topic ${topic.name} with \`nullable: true\` to handle it as null`
        : `its ${record.value.length} bytes cannot be decoded`,
      error,
    );
  }
}

/**
 * INVALID_RECORD when readers of the topic would refuse the value. What the schema takes as it is needs no second look;
 * otherwise what is in the bytes counts, which a schema may read into something else, such as a date.
 */
export function assertReadable<Value>(topic: Topic<Value>, value: Value, encoded: Bytes | null): void {
  const { schema } = topic;
  if (!schema || encoded === null) return;
  if (!issuesOf(topic, schema['~standard'].validate(value))) return;
  const decoded = topic.codec.decode(typeof encoded === 'string' ? Buffer.from(encoded) : encoded);
  const issues = issuesOf(topic, schema['~standard'].validate(decoded));
  if (!issues) return;
  throw new StreamsError(
    'INVALID_RECORD',
    `a value for topic ${topic.name} does not pass the topic's own schema: ${describeIssues(issues)}`,
  );
}

function issuesOf(
  topic: { readonly name: string },
  result: ReturnType<StandardSchemaV1['~standard']['validate']>,
): readonly Issue[] | undefined {
  if (!(result instanceof Promise)) return result.issues;
  throw new StreamsError(
    'INVALID_ARGUMENT',
    `the schema of topic ${topic.name} is asynchronous; use a synchronous one`,
  );
}

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

function describeIssues(issues: readonly Issue[]): string {
  return issues
    .slice(0, 5)
    .map((issue) => {
      const path = issue.path?.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
      return path ? `${path}: ${issue.message}` : issue.message;
    })
    .join('; ');
}

function invalid(record: StoredRecord, reason: string, cause?: unknown): StreamsError {
  return new StreamsError('INVALID_RECORD', `record ${formatPosition(record)}: ${reason}`, { cause });
}
