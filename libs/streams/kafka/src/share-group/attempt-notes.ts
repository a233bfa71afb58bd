import { type Position, StreamsError } from '@millrace/streams';
import type { Context } from '../context.ts';
import { changelogTopic } from '../group/changelog-topic.ts';
import { readPartition } from '../read.ts';
import { groupTopicPartition, isStartClaim, storeEntries } from './group-topic.ts';
import type { AcquiredRecord } from './in-flight.ts';
import type { AcquiredOffset } from './share-session.ts';

/** Of a record that the broker had delivered `deliveryCount` times, `attempts` attempts had been made. */
interface Note {
  readonly deliveryCount: number;
  readonly attempts: number;
}

const perChunk = 1_000;
/** More than brokers allow to be in flight in all partitions of a usual group. */
const most = 100_000;

/**
 * A broker counts how often it has delivered a record. Members that stop give back what nobody has attempted, and what dies
 * with another record was not at fault: how many of the deliveries were attempts is noted in the group's compacted topic,
 * before the record can go to another member. Read only when a record was delivered before.
 */
export class AttemptNotes {
  readonly #context: Context;
  readonly #topic: string;
  readonly #notes = new Map<string, Note>();
  #read: Position | undefined;

  constructor(context: Context, group: string) {
    this.#context = context;
    this.#topic = changelogTopic(group);
  }

  /** Takes in what other members have noted. */
  async refresh(): Promise<void> {
    const from = this.#read ? { after: this.#read } : 'earliest';
    const chunks = readPartition(
      this.#context,
      { topic: this.#topic, partition: groupTopicPartition },
      from,
      {
        to: 'now',
        max: perChunk,
      },
    );
    for await (const records of chunks) {
      for (const { key, value } of records) this.#apply(Buffer.from(key ?? []).toString(), value);
      const last = records.at(-1);
      if (last) this.#read = { topic: last.topic, partition: last.partition, offset: last.offset };
    }
  }

  /** Attempts that were made before the present delivery. */
  attemptsBefore(record: AcquiredOffset & { readonly deliveryCount: number }): number {
    const note = this.#notes.get(keyOf(record));
    // A count below the noted one is of a group that was moved back.
    if (!note || note.deliveryCount >= record.deliveryCount) return record.deliveryCount - 1;
    return note.attempts + record.deliveryCount - 1 - note.deliveryCount;
  }

  /** Notes how many attempts of each were made; resolves once that is stored. */
  async write(records: readonly AcquiredRecord[]): Promise<void> {
    await this.#store(
      records.map((record) => [
        keyOf(record),
        { deliveryCount: record.deliveryCount, attempts: record.attempts },
      ]),
    );
  }

  /** They are done with. What cannot be deleted now only takes space. */
  async forget(records: readonly AcquiredRecord[]): Promise<void> {
    const noted = records.map(keyOf).filter((key) => this.#notes.has(key));
    await this.#store(noted.map((key) => [key, null])).catch(() => undefined);
  }

  async #store(entries: readonly (readonly [key: string, note: Note | null])[]): Promise<void> {
    await storeEntries(
      this.#context,
      this.#topic,
      entries.map(([key, note]) => [key, note && `${note.deliveryCount} ${note.attempts}`]),
    );
    for (const [key, note] of entries) this.#keep(key, note ?? undefined);
  }

  #apply(key: string, value: Uint8Array | null): void {
    if (isStartClaim(key)) return;
    this.#keep(key, value ? this.#parse(Buffer.from(value).toString()) : undefined);
  }

  #parse(text: string): Note {
    const [deliveryCount = Number.NaN, attempts = Number.NaN] = text.split(' ').map(Number);
    if (Number.isInteger(deliveryCount) && Number.isInteger(attempts)) return { deliveryCount, attempts };
    throw new StreamsError('INTERNAL', `the topic ${this.#topic} holds what this library did not write`);
  }

  #keep(key: string, note: Note | undefined): void {
    this.#notes.delete(key);
    if (note) this.#notes.set(key, note);
    const [oldest] = this.#notes.keys();
    if (this.#notes.size > most && oldest !== undefined) this.#notes.delete(oldest);
  }
}

/** By the topic's id: a topic that is created again begins with the same offsets. */
function keyOf({ topicId, partition, offset }: AcquiredOffset): string {
  return `${topicId}:${partition}:${offset}`;
}
