import type { Driver } from './driver.ts';
import { StreamsError } from './errors.ts';
import { partitionOf } from './partitioner.ts';
import type { Bytes, Headers, NewRecord } from './record.ts';
import type { Topic } from './topic.ts';

/** A record that has no partition yet. */
export interface Draft {
  readonly topic: Topic<unknown>;
  readonly key: Bytes | null;
  readonly value: Bytes;
  readonly headers: Headers;
  readonly timestamp: number;
  /** Set where the partition does not follow from the key. */
  readonly partition?: number;
}

export interface DraftOptions {
  /** Used when the topic derives none from the value. */
  readonly id: () => string;
  readonly headers?: Headers | undefined;
  readonly partition?: number | undefined;
  readonly maxBytes: number;
}

/** Encodes a value; TOO_LARGE when no backend record could hold it. */
export function draft<Value>(topic: Topic<Value>, value: Value, options: DraftOptions): Draft {
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
  return {
    topic: topic as unknown as Topic<unknown>,
    key: topic.key ? topic.key(value) : null,
    value: encoded,
    headers: own || options.headers ? { id, ...own, ...options.headers } : { id },
    timestamp: Date.now(),
    ...(options.partition === undefined ? {} : { partition: options.partition }),
  };
}

function sizeOf(value: Bytes): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : value.length;
}

/** Gives drafts their partitions; keeps the partition counts and the round-robin counters. */
export class Router {
  readonly #driver: Pick<Driver, 'partitions'>;
  readonly #partitions = new Map<string, number>();
  readonly #counters = new Map<string, number>();

  constructor(driver: Pick<Driver, 'partitions'>) {
    this.#driver = driver;
  }

  /** Records in the order of the drafts. UNKNOWN_TOPIC when one names a topic that does not exist. */
  async place(drafts: readonly Draft[]): Promise<NewRecord[]> {
    for (const { topic } of drafts) {
      if (!this.#partitions.has(topic.name)) {
        this.#partitions.set(topic.name, await this.#driver.partitions(topic.name));
      }
    }
    return drafts.map((each) => this.#toRecord(each));
  }

  #toRecord(from: Draft): NewRecord {
    const count = this.#partitions.get(from.topic.name) ?? 1;
    return {
      topic: from.topic.name,
      partition: this.#choose(from, count),
      key: from.key,
      value: from.value,
      headers: from.headers,
      timestamp: from.timestamp,
    };
  }

  #choose(from: Draft, count: number): number {
    if (from.partition !== undefined) return from.partition % count;
    if (from.key !== null) return partitionOf(from.key, count, from.topic.partitioner);
    const turn = this.#counters.get(from.topic.name) ?? 0;
    this.#counters.set(from.topic.name, (turn + 1) % count);
    return turn % count;
  }
}
