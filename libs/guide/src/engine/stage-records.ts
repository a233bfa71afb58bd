import type { End, Start, Streams, Topic } from '@millrace/streams';
import type { GuideFact, Place } from '../events.ts';
import type { FactLog } from './fact-log.ts';
import { type GuideValue, type JournalEntry, journalTopic, keyedTopic, unkeyedTopic } from './value.ts';
import { waitUntil } from './wait-until.ts';

export interface StoredValue extends Place, GuideValue {
  readonly timestamp: number;
}

/** The records of a run: what is produced, what the backend holds of it, and the journal of those that handled it. */
export class StageRecords {
  readonly #streams: Streams;
  readonly #log: FactLog;
  readonly #signal: AbortSignal;
  readonly #labels = new Map<string, string>();
  readonly #partitions = new Map<string, number>();

  constructor(streams: Streams, log: FactLog, signal: AbortSignal) {
    this.#streams = streams;
    this.#log = log;
    this.#signal = signal;
  }

  async createTopic(name: string, partitions: number, settings: Record<string, string> = {}): Promise<void> {
    await this.#streams.admin.ensureTopics([
      { name, partitions, settings },
      ...(name === journalTopic.name ? [] : [{ name: journalTopic.name, partitions: 1 }]),
    ]);
    this.#partitions.set(name, partitions);
    this.#log.tell({ kind: 'topic-created', topic: name, partitions });
  }

  /** How many partitions a topic was created with; 0 for one that others created. */
  partitionsOf(name: string): number {
    return this.#partitions.get(name) ?? 0;
  }

  /** Stores the values one after another and tells where each lies. */
  async publish(
    name: string,
    values: readonly GuideValue[],
    options: {
      readonly producer?: string;
      readonly together?: boolean;
      readonly acks?: 'none' | 'leader' | 'all';
    } = {},
  ): Promise<Place[]> {
    const { producer = 'producer', together = false, acks = 'all' } = options;
    const topic = topicOf(name, values);
    const places: Place[] = [];
    for (const batch of together ? [values] : values.map((value) => [value])) {
      for (const { key, label } of batch)
        this.#log.tell({ kind: 'produced', producer, topic: name, key, label });
      const positions = await this.#streams.publish(topic, batch, { acks, signal: this.#signal });
      for (const [index, { partition, offset }] of positions.entries()) {
        const { key = null, label = '' } = batch[index] ?? {};
        const place = { topic: name, partition, offset };
        this.#labels.set(placeText(place), label);
        this.#log.tell({ kind: 'stored', ...place, key, label, timestamp: Date.now() });
        places.push(place);
      }
    }
    return places;
  }

  /** Stores values of which there are too many to draw. */
  async store(name: string, values: readonly GuideValue[]): Promise<void> {
    await this.#streams.publish(unkeyedTopic(name), values, { signal: this.#signal });
  }

  /** What is drawn on the record that lies there. */
  labelAt(place: Place): string {
    return this.#labels.get(placeText(place)) ?? place.offset;
  }

  /** All records of a topic as the backend holds them now, in the order of each partition. */
  async stored(name: string): Promise<StoredValue[]> {
    const found: StoredValue[] = [];
    for await (const { topic, partition, offset, value, timestamp } of this.#streams.read(
      unkeyedTopic(name),
      {
        to: 'now',
        signal: this.#signal,
      },
    ))
      found.push({ topic, partition, offset, timestamp, key: value.key, label: value.label });
    return found;
  }

  /** What the consumers wrote of themselves, as the backend holds it now. */
  async journal(): Promise<JournalEntry[]> {
    const entries: JournalEntry[] = [];
    for await (const { value } of this.#streams.read(journalTopic, { to: 'now', signal: this.#signal }))
      entries.push(value);
    return entries;
  }

  async writeJournal(entry: JournalEntry): Promise<void> {
    await this.#streams.publish(journalTopic, [entry], { signal: this.#signal });
  }

  /** A plain consumer without a group: reads so many records from the beginning and writes each into the journal. */
  async readPlainly(
    consumer: string,
    name: string,
    limit: number,
    options: {
      readonly partitions?: readonly number[];
      readonly from?: Start;
      readonly to?: End;
    } = {},
  ): Promise<void> {
    this.#log.tell({ kind: 'consumer-started', consumer, group: null, pid: null });
    const messages = this.#streams.read(unkeyedTopic(name), { ...options, limit, signal: this.#signal });
    for await (const { topic, partition, offset, value } of messages) {
      const place = { topic, partition, offset };
      const fact = { consumer, group: null, label: value.label, ...place };
      await this.writeJournal({ ...fact, key: value.key, attempt: 1 });
      this.#report(consumer, place, () => ({ kind: 'delivered', attempt: 1, ...fact }));
      this.#report(consumer, place, () => ({ kind: 'handled', ...fact }));
    }
  }

  /** Resolves once the journal holds at least so many entries. */
  async untilJournal(count: number): Promise<void> {
    await waitUntil(
      `${count} messages are handled`,
      this.#signal,
      async () => (await this.journal()).length >= count,
    );
  }

  #report(consumer: string, place: Place, toFact: () => GuideFact): void {
    this.#log.report({ consumer: () => consumer, place, toFact });
  }
}

function topicOf(name: string, values: readonly GuideValue[]): Topic<GuideValue> {
  return values.some(({ key }) => key !== null) ? keyedTopic(name) : unkeyedTopic(name);
}

function placeText({ topic, partition, offset }: Place): string {
  return `${topic}:${partition}:${offset}`;
}
