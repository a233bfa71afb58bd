import type { Driver } from './driver.ts';
import { StreamsError } from './errors.ts';
import { type PartitionerName, partitionOf } from './partitioner.ts';
import type { Bytes, Headers, HeaderValue, HeaderValues, NewRecord, RawHeader } from './record.ts';
import { rawHeadersOf, setHeader } from './record-access.ts';
import type { ForwardedRecord, ForwardOptions } from './routes.ts';
import type { Topic } from './topic.ts';

export interface ProducerRecordOptions {
  /** Used when the topic derives none from the value. */
  readonly id: () => string;
  readonly headers?: HeaderValues | undefined;
  /** Instead of the one that the topic derives from the value. */
  readonly key?: Bytes | undefined;
  readonly partition?: number | undefined;
  readonly maxBytes: number;
}

/** Encodes a value; TOO_LARGE when no backend record could hold it, INVALID_ARGUMENT for a null value that needs a key. */
export function toProducerRecord<Value>(
  topic: Topic<Value>,
  value: Value,
  options: ProducerRecordOptions,
): ProducerRecord {
  const { partition } = options;
  if (value === null && topic.nullable) {
    const key = options.key ?? null;
    if (topic.key && key === null) throw withoutKey(topic.name);
    return new ProducerRecord(topic, {
      key,
      value: null,
      ...together(options.id(), undefined, options.headers),
      partition,
    });
  }
  const id = topic.id ? topic.id(value) : options.id();
  const own = topic.headers?.(value);
  const encoded = topic.codec.encode(value);
  assertFits(topic.name, encoded, options.maxBytes);
  return new ProducerRecord(topic, {
    key: options.key ?? (topic.key ? topic.key(value) : null),
    value: encoded,
    ...together(id, own, options.headers),
    partition,
  });
}

/** A record as it is stored elsewhere. TOO_LARGE when no backend record could hold it. */
export function toForwardedRecord(
  topic: Pick<Topic<never>, 'name' | 'partitioner'>,
  record: ForwardedRecord,
  options: ForwardOptions & { readonly maxBytes: number },
): ProducerRecord {
  const { key, value } = record;
  if (value !== null) assertFits(topic.name, value, options.maxBytes);
  const { partition } = options;
  return new ProducerRecord(topic, { key, value, headers: {}, rawHeaders: rawHeadersOf(record), partition });
}

function assertFits(topic: string, value: Bytes, maxBytes: number): void {
  if (value.length <= maxBytes && (value.length * 3 <= maxBytes || sizeOf(value) <= maxBytes)) return;
  throw new StreamsError(
    'TOO_LARGE',
    `a value of ${sizeOf(value)} bytes for topic ${topic} is larger than the ${maxBytes} that the backend can hold`,
  );
}

function withoutKey(topic: string): StreamsError {
  return new StreamsError(
    'INVALID_ARGUMENT',
    `a null value for topic ${topic} says nothing of its key; give it with the option \`key\``,
  );
}

/**
 * A record before it has its partition, or with one that does not follow from the key. A class, because thousands wait for
 * their batches: of object literals that live as long V8 comes to make all further ones in the old generation, where each
 * keeps what it refers to until a major collection, at a cost that a publisher feels.
 */
export class ProducerRecord {
  readonly topic: string;
  partition: number | undefined;
  readonly key: Bytes | null;
  readonly value: Bytes | null;
  readonly headers: Headers;
  readonly rawHeaders: readonly RawHeader[] | undefined;
  readonly timestamp: number;
  readonly partitioner: PartitionerName | undefined;

  constructor(
    topic: Pick<Topic<never>, 'name' | 'partitioner'>,
    parts: Pick<ProducerRecord, 'key' | 'value' | 'headers' | 'rawHeaders' | 'partition'>,
  ) {
    this.topic = topic.name;
    this.partition = parts.partition;
    this.key = parts.key;
    this.value = parts.value;
    this.headers = parts.headers;
    this.rawHeaders = parts.rawHeaders;
    this.timestamp = Date.now();
    this.partitioner = topic.partitioner;
  }
}

/** Of one name the last counts. */
function together(
  id: string,
  ...others: readonly (HeaderValues | undefined)[]
): Pick<ProducerRecord, 'headers' | 'rawHeaders'> {
  const headers: Record<string, string> = {};
  headers.id = id;
  let raw: Map<string, HeaderValue | readonly HeaderValue[]> | undefined;
  for (const more of others) {
    for (const name in more) {
      const value = more[name] ?? (more[name] === null ? null : '');
      if (typeof value === 'string') {
        setHeader(headers, name, value);
        raw?.delete(name);
        continue;
      }
      raw ??= new Map();
      raw.set(name, value);
      delete headers[name];
    }
  }
  return { headers, rawHeaders: raw === undefined ? undefined : Array.from(raw).flatMap(rawHeaders) };
}

function rawHeaders([name, given]: readonly [string, HeaderValue | readonly HeaderValue[]]): RawHeader[] {
  const values = isList(given) ? given : [given];
  return values.map((value) => [name, typeof value === 'string' ? Buffer.from(value) : value]);
}

function isList(given: HeaderValue | readonly HeaderValue[]): given is readonly HeaderValue[] {
  return Array.isArray(given);
}

function sizeOf(value: Bytes): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : value.length;
}

/** Records that have their partitions. */
export function assigned(records: readonly ProducerRecord[]): readonly NewRecord[] {
  return records as readonly NewRecord[];
}

/** Gives producer records their partitions; keeps the partition counts and the round-robin counters. */
export class Partitioner {
  readonly #driver: Pick<Driver, 'partitions'>;
  readonly #partitions = new Map<string, number>();
  readonly #counters = new Map<string, number>();

  constructor(driver: Pick<Driver, 'partitions'>) {
    this.#driver = driver;
  }

  /** The producer records themselves, as records. UNKNOWN_TOPIC when one names a topic that does not exist. */
  async assign(records: readonly ProducerRecord[]): Promise<readonly NewRecord[]> {
    for (const { topic } of records) {
      if (!this.#partitions.has(topic)) this.#partitions.set(topic, await this.#driver.partitions(topic));
    }
    for (const each of records) each.partition = this.#choose(each);
    return assigned(records);
  }

  #choose({ topic, partition, key, partitioner }: ProducerRecord): number {
    const count = this.#partitions.get(topic) ?? 1;
    if (partition !== undefined) return partition % count;
    if (key !== null) return partitionOf(key, count, partitioner);
    const turn = this.#counters.get(topic) ?? 0;
    this.#counters.set(topic, (turn + 1) % count);
    return turn % count;
  }
}
