import { type Position, StreamsError } from '@millrace/streams';
import type { Context } from '../context.ts';
import { changelogTopic } from '../group/changelog-topic.ts';
import { readPartition } from '../read.ts';
import { groupTopicPartition, isStartClaim, storeEntries } from './group-topic.ts';
import type { AcquiredRecord } from './in-flight.ts';
import type { AcquiredOffset } from './share-session.ts';

/** Of a record that the broker had delivered `deliveryCount` times, `attempts` attempts had been made or had begun. */
interface Note {
  readonly deliveryCount: number;
  readonly attempts: number;
  /** The last of them had begun: unless its member says otherwise, it ended with the process. */
  readonly begun: boolean;
}

const perChunk = 1_000;
/** More than brokers allow to be in flight in all partitions of a usual group. */
const most = 100_000;

const begunMark = 'begun';

/**
 * A broker counts how often it has delivered a record, and frees it whenever a connection ends or a member is silent: few of
 * these deliveries are attempts that ended with their process. Which were is noted in the group's compacted topic: of every
 * delivery but the first, that its attempt begins; of all, how many attempts were made when the record is given up by a member
 * that lives. Read only when a record was delivered before.
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
    if (!note || note.deliveryCount >= record.deliveryCount) return Math.min(1, record.deliveryCount - 1);
    return note.attempts;
  }

  /** Whether another attempt of it had begun, and its member, if it lives, may be about to say that it is no more. */
  mayBeTakenBack(record: AcquiredOffset & { readonly deliveryCount: number }): boolean {
    const note = this.#notes.get(keyOf(record));
    return note?.begun === true && note.deliveryCount < record.deliveryCount;
  }

  /** Notes that an attempt of each begins; resolves once that is stored. */
  async begin(records: readonly AcquiredRecord[]): Promise<void> {
    await this.#store(
      records.map((record) => [
        keyOf(record),
        { deliveryCount: record.deliveryCount, attempts: record.attempts + 1, begun: true },
      ]),
    );
    for (const record of records) record.begun = true;
  }

  /** Notes how many attempts of each were made, the one that may have begun not counted; resolves once that is stored. */
  async write(records: readonly AcquiredRecord[]): Promise<void> {
    await this.#store(
      records.map((record) => [
        keyOf(record),
        { deliveryCount: record.deliveryCount, attempts: record.attempts, begun: false },
      ]),
    );
    for (const record of records) record.begun = false;
  }

  /** As `write`, of records that others may have meanwhile: what is noted of a later delivery stays. */
  async writeBelated(records: readonly AcquiredRecord[]): Promise<void> {
    const uncounted = records.filter(countsAsAttempt);
    if (uncounted.length === 0) return;
    await this.refresh();
    await this.write(
      uncounted.filter(
        (record) => (this.#notes.get(keyOf(record))?.deliveryCount ?? 0) <= record.deliveryCount,
      ),
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
      entries.map(([key, note]) => [key, note && textOf(note)]),
    );
    for (const [key, note] of entries) this.#keep(key, note ?? undefined);
  }

  #apply(key: string, value: Uint8Array | null): void {
    if (isStartClaim(key)) return;
    this.#keep(key, value ? this.#parse(Buffer.from(value).toString()) : undefined);
  }

  #parse(text: string): Note {
    const [first, second, mark] = text.split(' ');
    const [deliveryCount, attempts] = [Number(first), Number(second)];
    if (Number.isInteger(deliveryCount) && Number.isInteger(attempts))
      return { deliveryCount, attempts, begun: mark === begunMark };
    throw new StreamsError('INTERNAL', `the topic ${this.#topic} holds what this library did not write`);
  }

  #keep(key: string, note: Note | undefined): void {
    this.#notes.delete(key);
    if (note) this.#notes.set(key, note);
    const [oldest] = this.#notes.keys();
    if (this.#notes.size > most && oldest !== undefined) this.#notes.delete(oldest);
  }
}

function textOf({ deliveryCount, attempts, begun }: Note): string {
  return `${deliveryCount} ${attempts}${begun ? ` ${begunMark}` : ''}`;
}

/** Whether it would count as an attempt that ended with its process, were nothing noted of it. */
export function countsAsAttempt({ deliveryCount, begun }: AcquiredRecord): boolean {
  return deliveryCount === 1 || begun;
}

/** By the topic's id: a topic that is created again begins with the same offsets. */
function keyOf({ topicId, partition, offset }: AcquiredOffset): string {
  return `${topicId}:${partition}:${offset}`;
}
