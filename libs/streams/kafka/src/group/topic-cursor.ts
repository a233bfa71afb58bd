import type { Position } from '@millrace/streams';
import { DeliveredOffsets } from '@millrace/streams/driver';
import type { TopicPartition } from '../offsets.ts';
import { KafkaDelivery } from '../stored-record.ts';
import type { OffsetToCommit } from '../wire/offsets.ts';
import type { WireRecord } from '../wire/wire-record.ts';
import { Attempts, type OwnLoss } from './attempts.ts';
import { formatOffsetMetadata, type OffsetMetadata } from './offset-metadata.ts';

/** A record and which try of it begins. */
export interface AttemptMarker {
  readonly offset: number;
  readonly attempt: number;
}

export interface CursorStart {
  readonly topicId: string;
  /** The topic is another one than the group knew: it begins here again, whatever positions say. */
  readonly recreated: boolean;
  /** The first offset that is not settled. */
  readonly next: number;
  readonly note: OffsetMetadata;
  /** Records before this offset may have killed an earlier owner: each must be alone in hand. */
  readonly careful: number;
  /** Where this member had the lease before. */
  readonly own?: OwnLoss;
}

/** How far a lease has come in one topic: what is settled, what is handed out, what waits in memory. */
export class TopicCursor {
  readonly place: TopicPartition;
  readonly topicId: string;
  readonly recreated: boolean;
  readonly #from: number;
  #at: number | undefined;
  readonly #tries: Attempts;
  /** The record whose try was stored with the commit of the one before. */
  #next: AttemptMarker | undefined;
  #buffer: WireRecord[] = [];
  #taken = 0;
  readonly #delivered = new DeliveredOffsets();
  /** The offset after everything that was fetched. */
  #fetched: number;
  #settled: number;

  constructor(place: TopicPartition, { topicId, recreated, next, note, careful, own }: CursorStart) {
    this.place = place;
    this.topicId = topicId;
    this.recreated = recreated;
    this.#from = note.from;
    this.#at = note.at;
    this.#tries = new Attempts(note, careful, own);
    this.#fetched = next;
    this.#settled = next;
  }

  get from(): number {
    return this.#from;
  }

  /** The group has acknowledged a record of it. */
  get hasProgressed(): boolean {
    return this.#at !== undefined;
  }

  get fetched(): number {
    return this.#fetched;
  }

  /** What was delivered first of all that is not settled. */
  get oldestInHand(): number | undefined {
    return this.#delivered.at(0);
  }

  get unacknowledged(): number {
    return this.#delivered.size;
  }

  /** Everything before this offset is settled. */
  acknowledgedBefore(offset: number): boolean {
    return this.#settled >= offset;
  }

  get buffered(): number {
    return this.#buffer.length - this.#taken;
  }

  get bufferedBytes(): number {
    let bytes = 0;
    for (let index = this.#taken; index < this.#buffer.length; index++)
      bytes += this.#buffer[index]?.value?.length ?? 0;
    return bytes;
  }

  /** The next record may have killed an earlier owner. */
  get redeliverIndividually(): boolean {
    return (this.#buffer[this.#taken]?.offset ?? this.#fetched) < this.#tries.careful;
  }

  /** What a group's tools may be told although no record was settled: markers were passed. */
  get passed(): boolean {
    return this.#delivered.size === 0 && this.buffered === 0 && this.#settled < this.#fetched;
  }

  add(records: readonly WireRecord[], fetched: number): void {
    if (records.length > 0) {
      this.#buffer = this.buffered === 0 ? [...records] : [...this.#buffer.slice(this.#taken), ...records];
      this.#taken = 0;
    }
    this.#fetched = fetched;
  }

  take(max: number): KafkaDelivery[] {
    const until = Math.min(this.#buffer.length, this.#taken + max);
    const deliveries: KafkaDelivery[] = [];
    for (; this.#taken < until; this.#taken++) {
      const record = this.#buffer[this.#taken] as WireRecord;
      this.#delivered.add(record.offset);
      deliveries.push(new KafkaDelivery(this.place, record, this.#tries.of(record.offset) + 1));
    }
    if (this.#taken === this.#buffer.length) {
      this.#buffer = [];
      this.#taken = 0;
    }
    return deliveries;
  }

  /** The next record, and its try; `begun` when that is stored already. */
  peek(): (AttemptMarker & { readonly begun: boolean }) | undefined {
    const record = this.#buffer[this.#taken];
    if (!record) return undefined;
    if (this.#next?.offset === record.offset) return { ...this.#next, begun: true };
    return { offset: record.offset, attempt: this.#tries.of(record.offset) + 1, begun: false };
  }

  tried(offset: number, count: number): void {
    if (this.#next?.offset === offset) this.#next = undefined;
    this.#tries.set(offset, count);
  }

  /** The try that began is given back with the record. */
  withdraw(offset: number): void {
    if (this.#next?.offset === offset) this.#next = undefined;
    this.#tries.withdraw(offset);
  }

  /** The next try of this record is stored. */
  begin(next: AttemptMarker): void {
    this.#tries.begin(next.offset, next.attempt);
    this.#next = next;
  }

  /** Goes on at this offset; nothing handed out counts any more. */
  seek(next: number, at: number | undefined): void {
    this.#buffer = [];
    this.#taken = 0;
    this.#delivered.clear();
    this.#fetched = next;
    this.#settled = next;
    this.#at = at;
    this.#next = undefined;
    this.#tries.clear();
  }

  /** The record to be tried alone once so many are settled, where it is known. */
  nextIndividually(settled: number): AttemptMarker | undefined {
    const record = this.#buffer[this.#taken];
    if (!record || this.#delivered.size > settled || record.offset >= this.#tries.careful) return undefined;
    return { offset: record.offset, attempt: this.#tries.of(record.offset) + 1 };
  }

  /** What to commit once these are settled; INVALID_ARGUMENT unless they are the next ones handed out, in order. */
  after(records: readonly Position[], owner: string | undefined, beginning?: AttemptMarker): OffsetToCommit {
    this.#delivered.check(records);
    const last = records.length > 0 ? this.#delivered.at(records.length - 1) : this.#at;
    const offset = this.#delivered.at(records.length) ?? this.#buffer[this.#taken]?.offset ?? this.#fetched;
    const note: OffsetMetadata = {
      from: this.#from,
      topic: this.topicId,
      ...(last === undefined ? {} : { at: last }),
      ...this.#tries.note(offset, beginning),
      ...(owner === undefined ? {} : { open: owner }),
    };
    return { ...this.place, offset, metadata: formatOffsetMetadata(note) };
  }

  /** The commit of that many landed. */
  settle(count: number, offset: number): void {
    this.#at = this.#delivered.at(count - 1) ?? this.#at;
    this.#delivered.acknowledge(count);
    this.#settled = Math.max(this.#settled, offset);
    this.#tries.acknowledgedBefore(offset);
  }
}
