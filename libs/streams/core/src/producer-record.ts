import type { Driver } from './driver.ts';
import { StreamsError } from './errors.ts';
import { type PartitionerName, partitionOf } from './partitioner.ts';
import type { Bytes, Headers, NewRecord } from './record.ts';
import { setHeader } from './record-access.ts';
import type { Topic } from './topic.ts';

export interface ProducerRecordOptions {
  /** Used when the topic derives none from the value. */
  readonly id: () => string;
  readonly headers?: Headers | undefined;
  readonly partition?: number | undefined;
  readonly maxBytes: number;
}

/** Encodes a value; TOO_LARGE when no backend record could hold it. */
export function toProducerRecord<Value>(
  topic: Topic<Value>,
  value: Value,
  options: ProducerRecordOptions,
): ProducerRecord {
  const id = topic.id ? topic.id(value) : options.id();
  const own = topic.headers?.(value);
  const encoded = topic.codec.encode(value);
  if (
    encoded.length > options.maxBytes ||
    (encoded.length * 3 > options.maxBytes && sizeOf(encoded) > options.maxBytes)
  ) {
    throw new StreamsError(
      'TOO_LARGE',
      `a value of ${sizeOf(encoded)} bytes for topic ${topic.name} is larger than the ${options.maxBytes} that the backend can hold`,
    );
  }
  return new ProducerRecord(topic, {
    key: topic.key ? topic.key(value) : null,
    value: encoded,
    headers: together(id, own, options.headers),
    partition: options.partition,
  });
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
  readonly value: Bytes;
  readonly headers: Headers;
  readonly timestamp: number;
  readonly partitioner: PartitionerName | undefined;

  constructor(
    topic: Pick<Topic<never>, 'name' | 'partitioner'>,
    parts: Pick<ProducerRecord, 'key' | 'value' | 'headers' | 'partition'>,
  ) {
    this.topic = topic.name;
    this.partition = parts.partition;
    this.key = parts.key;
    this.value = parts.value;
    this.headers = parts.headers;
    this.timestamp = Date.now();
    this.partitioner = topic.partitioner;
  }
}

/** Of one name the last counts. */
function together(id: string, ...others: readonly (Headers | undefined)[]): Headers {
  const headers: Record<string, string> = {};
  headers.id = id;
  for (const more of others) {
    for (const name in more) {
      setHeader(headers, name, more[name] ?? '');
    }
  }
  return headers;
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
