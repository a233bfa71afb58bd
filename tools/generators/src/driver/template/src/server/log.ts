import {
  type Once,
  type Retention,
  StreamsError,
  type TopicDescription,
  type TopicSpec,
} from '@millrace/streams';
import { sameRetention } from '@millrace/streams/driver';
import type { ChangedRetention, WireRecord, WireTrim } from '../protocol.ts';
import { Partition } from './partition.ts';

interface Topic {
  readonly spec: TopicSpec;
  readonly partitions: readonly Partition[];
}

/** All topics. The server has one thread, so whatever runs without waiting is one atomic step. */
export class Log {
  readonly #topics: Map<string, Topic> = new Map();
  /** The first offset that some group has not acknowledged. */
  readonly #oldestNeeded: (partition: Partition) => number;

  constructor(oldestNeeded: (partition: Partition) => number) {
    this.#oldestNeeded = oldestNeeded;
  }

  get names(): string[] {
    return [...this.#topics.keys()];
  }

  partitions(topic: string): readonly Partition[] {
    return this.#topic(topic).partitions;
  }

  has(topic: string): boolean {
    return this.#topics.has(topic);
  }

  partition(topic: string, number: number): Partition {
    const partitions = this.partitions(topic);
    const partition = partitions[number];
    if (partition !== undefined) return partition;
    throw new StreamsError(
      'INVALID_ARGUMENT',
      `topic ${topic} has ${partitions.length} partitions, and no ${number}`,
    );
  }

  /** Creates what is missing, and gives topics that exist the retention that is asked for. */
  ensure(specs: readonly TopicSpec[]): ChangedRetention[] {
    for (const spec of specs) {
      const count = this.#topics.get(spec.name)?.partitions.length ?? spec.partitions;
      if (count !== spec.partitions)
        throw new StreamsError(
          'TOPIC_MISMATCH',
          `topic ${spec.name} has ${count} partitions, not ${spec.partitions}: use that number, or another name`,
        );
    }
    return specs.flatMap((spec) => {
      const known = this.#topics.get(spec.name);
      if (known !== undefined) return this.#changeRetention(known, spec);
      const numbers = Array.from({ length: spec.partitions }, (_, number) => number);
      this.#topics.set(spec.name, {
        spec,
        partitions: numbers.map((number) => new Partition(spec.name, number)),
      });
      return [];
    });
  }

  /** Throws before anything is stored when a record has no place to go. */
  check(records: readonly WireRecord[]): void {
    for (const { topic, partition } of records) this.partition(topic, partition);
  }

  /** Returns the offsets in the order of the records; null for what an earlier append with the sequence had stored. */
  append(records: readonly WireRecord[], once?: Once): (number | null)[] {
    this.check(records);
    const targets = new Set(records.map(({ topic, partition }) => this.partition(topic, partition)));
    const open = new Set(
      [...targets].filter((target) => once === undefined || target.isNew(once.producer, once.sequence)),
    );
    const offsets = records.map((record) => {
      const target = this.partition(record.topic, record.partition);
      return open.has(target) ? target.append(record) : null;
    });
    for (const target of targets) this.#retain(target);
    return offsets;
  }

  describe(name: string): TopicDescription {
    const { spec, partitions } = this.#topic(name);
    return {
      name,
      retention: spec.retention ?? {},
      settings: spec.settings ?? {},
      partitions: partitions.map(({ number, first, next }) => ({
        partition: number,
        records: next - first,
        ...(next > first && { first: String(first), last: String(next - 1) }),
      })),
    };
  }

  trim(topic: string, options: WireTrim): number {
    const { before, keep, evenIfUnacknowledged = false } = options;
    if (before === undefined && keep === undefined)
      throw new StreamsError(
        'INVALID_ARGUMENT',
        'say what to trim: `before` a time or a position, or all but `keep`',
      );
    let removed = 0;
    for (const partition of this.partitions(topic)) {
      const targets = [0];
      if (keep !== undefined) targets.push(partition.next - keep);
      if (typeof before === 'number') targets.push(partition.startOf({ at: before }));
      else if (before?.topic === topic && before.partition === partition.number)
        targets.push(Number(before.offset));
      removed += this.#trim(partition, Math.max(...targets), evenIfUnacknowledged);
    }
    return removed;
  }

  delete(topic: string): void {
    this.#topic(topic);
    this.#topics.delete(topic);
  }

  #topic(name: string): Topic {
    const topic = this.#topics.get(name);
    if (topic !== undefined) return topic;
    throw new StreamsError(
      'UNKNOWN_TOPIC',
      `topic ${name} does not exist; create it with admin.ensureTopics`,
    );
  }

  #changeRetention({ spec, partitions }: Topic, { name, retention }: TopicSpec): ChangedRetention[] {
    const before = spec.retention ?? {};
    if (retention === undefined || sameRetention(before, retention)) return [];
    this.#topics.set(name, { spec: { ...spec, retention }, partitions });
    return [{ topic: name, before, after: retention }];
  }

  #retain(partition: Partition): void {
    const retention: Retention = this.#topic(partition.topic).spec.retention ?? {};
    const { maxAgeMs, maxRecords, evenIfUnacknowledged = false } = retention;
    const targets = [0];
    if (maxRecords !== undefined) targets.push(partition.next - maxRecords);
    if (maxAgeMs !== undefined) targets.push(partition.startOf({ at: Date.now() - maxAgeMs }));
    this.#trim(partition, Math.max(...targets), evenIfUnacknowledged);
  }

  #trim(partition: Partition, target: number, evenIfUnacknowledged: boolean): number {
    return partition.trimTo(evenIfUnacknowledged ? target : Math.min(target, this.#oldestNeeded(partition)));
  }
}
