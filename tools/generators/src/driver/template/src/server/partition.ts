import type { WireEnd, WireRecord, WireStart, WireStored } from '../protocol.ts';

/** A reply holds no more than this, or one record that is larger: base64 characters. */
const maxReplySize = 2 * 1024 * 1024;

/** The producers whose last sequence a partition remembers. */
const maxProducers = 10_000;

/** The records of one partition; their offsets grow by one. */
export class Partition {
  readonly topic: string;
  readonly number: number;
  readonly #producers: Map<string, number> = new Map();
  readonly #records: WireRecord[] = [];
  #first = 0;

  constructor(topic: string, number: number) {
    this.topic = topic;
    this.number = number;
  }

  /** The offset of the first record that is still there. */
  get first(): number {
    return this.#first;
  }

  /** The offset that the next record gets. */
  get next(): number {
    return this.#first + this.#records.length;
  }

  append(record: WireRecord): number {
    this.#records.push(record);
    return this.next - 1;
  }

  /** Whether an append with this sequence is new; it is remembered. */
  isNew(producer: string, sequence: number): boolean {
    const last = this.#producers.get(producer);
    if (last !== undefined && sequence <= last) return false;
    this.#producers.delete(producer);
    this.#producers.set(producer, sequence);
    const [oldest] = this.#producers.keys();
    if (this.#producers.size > maxProducers && oldest !== undefined) this.#producers.delete(oldest);
    return true;
  }

  /** The next records at or after the offset, in order; large ones a few at a time. */
  read(offset: number, max: number): WireStored[] {
    const found: WireStored[] = [];
    let size = 0;
    for (let at = Math.max(offset, this.#first); at < this.next && found.length < max; at++) {
      const record = this.#records[at - this.#first];
      if (record === undefined) break;
      size += (record.value?.length ?? 0) + (record.key?.length ?? 0);
      if (size > maxReplySize && found.length > 0) break;
      found.push({ ...record, offset: at });
    }
    return found;
  }

  /** The record at exactly this offset; undefined when it is trimmed. */
  at(offset: number): WireStored | undefined {
    const record = this.#records[offset - this.#first];
    return record && { ...record, offset };
  }

  /** The first offset of a start. A start after a position of another partition is the beginning here. */
  startOf(start: WireStart): number {
    if (start === 'earliest') return this.#first;
    if (start === 'latest') return this.next;
    if ('at' in start) return this.#offsetAt(start.at);
    const { topic, partition, offset } = start.after;
    return topic === this.topic && partition === this.number ? Number(offset) + 1 : this.#first;
  }

  /** The offset after the last record of a bounded read. */
  endOf(end: WireEnd): number {
    if (end === 'now') return this.next;
    return 'at' in end ? this.#offsetAt(end.at) : Number(end.through.offset) + 1;
  }

  /** Forgets what lies before the offset. Returns how many records that were. */
  trimTo(offset: number): number {
    const removed = Math.max(0, Math.min(offset, this.next) - this.#first);
    this.#records.splice(0, removed);
    this.#first += removed;
    return removed;
  }

  #offsetAt(time: number): number {
    const index = this.#records.findIndex(({ timestamp }) => timestamp >= time);
    return index < 0 ? this.next : this.#first + index;
  }
}
