import type { Position, Start } from '../position.ts';
import type { Bytes, Delivery, Headers, NewRecord, RawHeader, StoredRecord } from '../record.ts';

/** Adds a namespace to names on their way to a driver and takes it off on their way back. */
export class Names {
  readonly #prefix: string;
  readonly #added = new RememberedNames();
  /** Records come in runs of one topic. */
  #latest = { name: '', stripped: '' };

  constructor(namespace: string) {
    this.#prefix = `${namespace}.`;
  }

  add(name: string): string {
    return this.#added.get(name) ?? this.#added.set(name, this.#prefix + name);
  }

  strip(name: string): string {
    if (name === this.#latest.name) return this.#latest.stripped;
    const stripped = name.startsWith(this.#prefix) ? name.slice(this.#prefix.length) : name;
    this.#latest = { name, stripped };
    return stripped;
  }

  /** Those of this namespace, without the prefix. */
  own(names: readonly string[]): string[] {
    return names.filter((name) => name.startsWith(this.#prefix)).map((name) => this.strip(name));
  }

  stripTopic<Named extends { readonly topic: string }>(named: Named): Named {
    return { ...named, topic: this.strip(named.topic) };
  }

  /** Of the record itself, which is nobody else's yet. */
  stripTopicOf(record: { topic: string }): void {
    record.topic = this.strip(record.topic);
  }

  addTo<Place extends Position>(place: Place): Place {
    return { ...place, topic: this.add(place.topic) };
  }

  outgoing(record: NewRecord): NewRecord {
    return new OutgoingRecord(this.add(record.topic), record);
  }

  position({ topic, partition, offset }: Position): Position {
    return { topic: this.add(topic), partition, offset };
  }

  acknowledged(record: StoredRecord): StoredRecord {
    const { partition, offset, key, value, headers, rawHeaders, timestamp } = record;
    return { topic: this.add(record.topic), partition, offset, key, value, headers, rawHeaders, timestamp };
  }

  delivered(record: Delivery): Delivery {
    const { partition, offset, key, value, headers, rawHeaders, timestamp, attempt, damage, lastDelivery } =
      record;
    const topic = this.strip(record.topic);
    const plain = { topic, partition, offset, key, value, headers, rawHeaders, timestamp, attempt };
    const copy = lastDelivery ? { ...plain, lastDelivery } : plain;
    return damage === undefined ? copy : { ...copy, damage };
  }

  start(start: Start): Start {
    return typeof start === 'object' && 'after' in start ? { after: this.addTo(start.after) } : start;
  }
}

/** A class for the same reason as {@link ProducerRecord} is one. */
class OutgoingRecord implements NewRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: Bytes | null;
  readonly value: Bytes | null;
  readonly headers: Headers;
  readonly rawHeaders: readonly RawHeader[] | undefined;
  readonly timestamp: number;

  constructor(topic: string, { partition, key, value, headers, rawHeaders, timestamp }: NewRecord) {
    this.topic = topic;
    this.partition = partition;
    this.key = key;
    this.value = value;
    this.headers = headers;
    this.rawHeaders = rawHeaders;
    this.timestamp = timestamp;
  }
}

const maxNames = 10_000;

/** What names have become: each is joined once, not for every record. */
class RememberedNames {
  readonly #names = new Map<string, string>();

  get(name: string): string | undefined {
    return this.#names.get(name);
  }

  set(name: string, result: string): string {
    if (this.#names.size >= maxNames) this.#names.clear();
    this.#names.set(name, result);
    return result;
  }
}
