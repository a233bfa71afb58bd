import type { Delivery, Headers, ReadBytes, StoredRecord } from '@millrace/streams';
import type { Place } from './offsets.ts';
import type { WireRecord } from './wire/wire-record.ts';

const nothing = Buffer.alloc(0);

class KafkaRecord implements StoredRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly timestamp: number;
  readonly #wire: WireRecord;

  constructor({ topic, partition }: Place, wire: WireRecord) {
    this.topic = topic;
    this.partition = partition;
    this.offset = String(wire.offset);
    this.timestamp = wire.timestamp;
    this.#wire = wire;
  }

  get key(): Buffer | null {
    return this.#wire.key;
  }

  get value(): Buffer {
    return this.#wire.value ?? nothing;
  }

  get headers(): Headers {
    return this.#wire.headers;
  }

  readHeader<Result>(name: string, read: ReadBytes<Result>): Result | undefined {
    return this.#wire.readHeader(name, read);
  }
}

class KafkaDelivery extends KafkaRecord implements Delivery {
  readonly attempt: number;

  constructor(place: Place, wire: WireRecord, attempt: number) {
    super(place, wire);
    this.attempt = attempt;
  }
}

export function storedRecord(place: Place, wire: WireRecord): StoredRecord {
  return new KafkaRecord(place, wire);
}

export function delivery(place: Place, wire: WireRecord, attempt: number): Delivery {
  return new KafkaDelivery(place, wire, attempt);
}
