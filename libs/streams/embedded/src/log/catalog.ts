import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { StreamsError } from '@millrace/streams';
import { integer } from './row.ts';
import { offsetSpace } from './schema.ts';

/** A partition as the tables know it; `low` is the key of offset 0 in `batches`. */
export interface Partition {
  readonly id: number;
  readonly topic: string;
  readonly number: number;
  readonly low: bigint;
}

/** Which partitions the topics have. Partition ids are never used again, so a stale entry finds nothing rather than another topic's records. */
export class Catalog {
  readonly #topics: Map<string, readonly Partition[]> = new Map();
  readonly #select: StatementSync;

  constructor(database: DatabaseSync) {
    this.#select = database.prepare(
      `SELECT partitions.id AS id FROM topics JOIN partitions ON partitions.topic = topics.id
       WHERE topics.name = ? ORDER BY partitions.number`,
    );
  }

  /** UNKNOWN_TOPIC when it does not exist. */
  partitions(topic: string): readonly Partition[] {
    const known = this.find(topic);
    if (known === undefined) throw unknownTopic(topic);
    return known;
  }

  /** The partition of each record. */
  partitionsOf(records: readonly { readonly topic: string; readonly partition: number }[]): Partition[] {
    let topic: string | undefined;
    let partitions: readonly Partition[] = [];
    return records.map((record) => {
      if (record.topic !== topic) {
        topic = record.topic;
        partitions = this.partitions(topic);
      }
      return partitions[record.partition] ?? this.partition(record.topic, record.partition);
    });
  }

  find(topic: string): readonly Partition[] | undefined {
    return this.#topics.get(topic) ?? this.refresh(topic);
  }

  partition(topic: string, number: number): Partition {
    const partitions = this.partitions(topic);
    const partition = partitions[number];
    if (partition !== undefined) return partition;
    throw new StreamsError(
      'INVALID_ARGUMENT',
      `Topic ${topic} has partitions 0 to ${partitions.length - 1}; there is no partition ${number}`,
    );
  }

  /** Reads the topic again; undefined when it does not exist. */
  refresh(topic: string): readonly Partition[] | undefined {
    const rows = this.#select.all(topic);
    if (rows.length === 0) {
      this.#topics.delete(topic);
      return undefined;
    }
    const partitions = rows.map((row, number) => describe(integer(row, 'id'), topic, number));
    this.#topics.set(topic, partitions);
    return partitions;
  }

  forget(topic: string): void {
    this.#topics.delete(topic);
  }
}

function describe(id: number, topic: string, number: number): Partition {
  return { id, topic, number, low: BigInt(id) * offsetSpace };
}

export function unknownTopic(topic: string): StreamsError {
  return new StreamsError(
    'UNKNOWN_TOPIC',
    `Topic ${topic} does not exist: create it with admin.ensureTopics`,
  );
}
