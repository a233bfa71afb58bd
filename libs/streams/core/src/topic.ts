import type { StandardSchemaV1 } from '@standard-schema/spec';
import { bytes, type Codec, json } from './codec.ts';
import { StreamsError } from './errors.ts';
import type { PartitionerName } from './partitioner.ts';
import type { HeaderValues } from './record.ts';

export interface TopicOptions<Value> {
  /** Any Standard Schema; what arrives is checked against it, what is published is trusted to the types. */
  readonly schema?: StandardSchemaV1<unknown, Value>;
  /** Events of one key are handled in order. Without it records are spread round robin. */
  readonly key?: (value: Value) => string | Uint8Array;
  /** The event's own id, the same whenever the same event is published again; stored as the header `id`. */
  readonly id?: (value: Value) => string;
  readonly headers?: (value: Value) => HeaderValues;
  /** Default: JSON. */
  readonly codec?: Codec;
  /**
   * With true a record without a value (a tombstone) is a message whose value is null, and null is stored as one; it is
   * neither encoded nor checked by the schema, and has the key that is given when it is sent. Default: false: the codec gets
   * no bytes, so that a tombstone is INVALID_RECORD for JSON, an empty text for `text` and no bytes for `bytes`.
   */
  readonly nullable?: boolean;
  /** `murmur2` places keys as the Java clients do; `murmur3` is the default on every backend. */
  readonly partitioner?: PartitionerName;
}

/** Options of a topic whose records have a key. */
export interface KeyedTopicOptions<Value> extends TopicOptions<Value> {
  readonly key: (value: Value) => string | Uint8Array;
}

/** A topic as code sees it: its name, the type of its values and how they become records. */
export interface Topic<Value> {
  readonly name: string;
  readonly schema: StandardSchemaV1<unknown, Value> | undefined;
  readonly key: ((value: Value) => string | Uint8Array) | undefined;
  readonly id: ((value: Value) => string) | undefined;
  readonly headers: ((value: Value) => HeaderValues) | undefined;
  readonly codec: Codec;
  /** Whether null stands for a record without a value. `key`, `id` and `headers` are not asked about null. */
  readonly nullable: boolean;
  readonly partitioner: PartitionerName;
}

/** A topic with a key: the key of its messages is a text, never null. */
export interface KeyedTopic<Value> extends Topic<Value> {
  readonly key: (value: Value) => string | Uint8Array;
}

/** Letters, digits, `.`, `_` and `-`, as Kafka allows them: such a name is good on every backend. */
const namePattern = /^[A-Za-z0-9._-]{1,200}$/;

/** Declares a topic; creates nothing. INVALID_ARGUMENT when no backend could hold the name. */
export function topic<Value = unknown>(
  name: string,
  options: KeyedTopicOptions<Value> & { readonly nullable: true },
): KeyedTopic<Value | null>;
export function topic<Value = unknown>(
  name: string,
  options: TopicOptions<Value> & { readonly nullable: true },
): Topic<Value | null>;
export function topic<Value = unknown>(name: string, options: KeyedTopicOptions<Value>): KeyedTopic<Value>;
export function topic<Value = unknown>(name: string, options?: TopicOptions<Value>): Topic<Value>;
export function topic<Value = unknown>(name: string, options: TopicOptions<Value> = {}): Topic<Value> {
  assertName('topic', name);
  return {
    name,
    schema: options.schema,
    key: options.key,
    id: options.id,
    headers: options.headers,
    codec: options.codec ?? json,
    nullable: options.nullable ?? false,
    partitioner: options.partitioner ?? 'murmur3',
  };
}

/** A topic as bytes, whoever writes it: names that no program of ours could declare, such as `bull:orders:events`, are good too. */
export function rawTopic(name: string): Topic<Uint8Array> {
  return {
    name,
    schema: undefined,
    key: undefined,
    id: undefined,
    headers: undefined,
    codec: bytes,
    nullable: false,
    partitioner: 'murmur3',
  };
}

/** INVALID_ARGUMENT unless the name of a topic, group or store is one that every backend accepts. */
export function assertName(what: string, name: string): void {
  if (namePattern.test(name) && name !== '.' && name !== '..') return;
  throw new StreamsError(
    'INVALID_ARGUMENT',
    `the ${what} name ${JSON.stringify(name)} must be 1 to 200 letters, digits, dots, underscores or hyphens`,
  );
}
