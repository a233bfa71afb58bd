import type { Delivery, Headers, RawHeader, StoredRecord } from '@millrace/streams';
import type { ReadBytes } from '@millrace/streams/driver';
import type { TopicPartition } from './offsets.ts';
import type { WireRecord } from './wire/wire-record.ts';

class KafkaRecord implements StoredRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly timestamp: number;
  protected readonly wire: WireRecord;

  constructor({ topic, partition }: TopicPartition, wire: WireRecord) {
    this.topic = topic;
    this.partition = partition;
    this.offset = String(wire.offset);
    this.timestamp = wire.timestamp;
    this.wire = wire;
  }

  get key(): Buffer | null {
    return this.wire.key;
  }

  get value(): Buffer | null {
    return this.wire.value;
  }

  get headers(): Headers {
    return this.wire.headers;
  }

  get rawHeaders(): readonly RawHeader[] {
    return this.wire.rawHeaders;
  }

  readHeader<Result>(name: string, read: ReadBytes<Result>): Result | undefined {
    return this.wire.readHeader(name, read);
  }
}

export class KafkaDelivery extends KafkaRecord implements Delivery {
  readonly attempt: number;
  readonly lastDelivery: boolean;
  readonly #place: TopicPartition;

  constructor(place: TopicPartition, wire: WireRecord, attempt: number, lastDelivery = false) {
    super(place, wire);
    this.attempt = attempt;
    this.lastDelivery = lastDelivery;
    this.#place = place;
  }

  asAttempt(attempt: number): KafkaDelivery {
    return new KafkaDelivery(this.#place, this.wire, attempt);
  }
}

export function storedRecord(place: TopicPartition, wire: WireRecord): StoredRecord {
  return new KafkaRecord(place, wire);
}
