import type { Delivery } from '@millrace/streams';
import { type LeaseCursor, sizeOf, totalSize } from '@millrace/streams/driver';
import { bytesPerRead } from '../entries/fetch-size.ts';
import { compareIds, zeroId } from '../entries/ids.ts';
import { PendingEntryList } from './pending-entry-list.ts';

const none: ReadonlySet<string> = new Set();

/** A pending entry that the lease reclaimed. */
export interface Redelivery {
  readonly id: string;
  /** Deliveries before this one, as far as is known. */
  readonly deliveryCount: number;
  /** It may have crashed its owner: it is redelivered one at a time. */
  readonly redeliverIndividually: boolean;
}

/** How far a lease has come in one topic. */
export class TopicCursor implements LeaseCursor {
  readonly topic: string;
  readonly stream: string;
  /** Where the next page of pending entries begins that is not reclaimed yet; undefined: all of them are. */
  nextPage: string | undefined;
  /** Reclaimed and not fetched yet, oldest first; all of them precede what is in the buffer. */
  redeliveries: Redelivery[] = [];
  /** Fetched and not delivered, in order. */
  buffer: Delivery[] = [];
  /** The id after which the group began. */
  startOffset: string = zeroId;
  /** The id after which new entries are awaited. */
  lastDelivered: string = zeroId;
  /** The last id acknowledged here. */
  acknowledgedOffset: string = zeroId;
  /** The group was made again at an older position: entries may come twice. */
  rewound = false;
  readonly #fetched = new PendingEntryList();

  constructor(topic: string, stream: string) {
    this.topic = topic;
    this.stream = stream;
  }

  /** Fetched and not acknowledged, in the buffer or delivered. */
  get fetched(): number {
    return this.#fetched.size;
  }

  get unacknowledged(): number {
    return this.#fetched.size - this.buffer.length;
  }

  get redeliverIndividually(): boolean {
    return this.buffer.length === 0 && this.redeliveries[0]?.redeliverIndividually === true;
  }

  get bufferedBytes(): number {
    return totalSize(this.buffer);
  }

  /** Whether everything pending is reclaimed and fetched, so that new entries come next. */
  get pendingIsFetched(): boolean {
    return this.redeliveries.length === 0 && this.nextPage === undefined;
  }

  knows(id: string): boolean {
    return this.#fetched.has(id) || this.redeliveries.some((each) => each.id === id);
  }

  /** True for what was acknowledged here already: a group made again at an older position delivers it once more. */
  isAcknowledged(id: string): boolean {
    return compareIds(id, this.acknowledgedOffset) <= 0;
  }

  /** Fetched entries, kept in order. */
  add(deliveries: readonly Delivery[]): void {
    this.#fetched.add(deliveries);
    const last = this.buffer.at(-1);
    const first = deliveries[0];
    if (last && first && compareIds(first.offset, last.offset) < 0) {
      this.buffer = [...this.buffer, ...deliveries].sort((a, b) => compareIds(a.offset, b.offset));
    } else if (this.buffer.length === 0) this.buffer = [...deliveries];
    else this.buffer.push(...deliveries);
  }

  /** An entry that is delivered without passing the buffer. */
  deliver(delivery: Delivery): void {
    this.#fetched.add([delivery]);
  }

  /** Large ones a few at a time. */
  take(max: number): Delivery[] {
    let count = 0;
    for (let bytes = 0; count < Math.min(max, this.buffer.length) && bytes < bytesPerRead; count++)
      bytes += sizeOf(this.buffer[count] as Delivery);
    if (count === this.buffer.length) {
      const all = this.buffer;
      this.buffer = [];
      return all;
    }
    return this.buffer.splice(0, count);
  }

  /** Ids in order. */
  acknowledge(ids: readonly string[]): void {
    this.#fetched.delete(ids);
    const last = ids.at(-1);
    if (last !== undefined && compareIds(last, this.acknowledgedOffset) > 0) this.acknowledgedOffset = last;
  }

  recordAttempts(id: string, attempts: number): void {
    this.#fetched.recordAttempts(id, attempts);
  }

  /** Starts again after an id. */
  reset(id: string): void {
    this.nextPage = undefined;
    this.redeliveries = [];
    this.buffer = [];
    this.#fetched.clear();
    this.acknowledgedOffset = id;
    this.lastDelivered = id;
  }

  /** The oldest entry that was delivered and not acknowledged. */
  get oldestDelivered(): string | undefined {
    const id = this.#fetched.first;
    return id === this.buffer[0]?.offset ? undefined : id;
  }

  /** Everything pending, by the number of attempts really made; those of `counted` had one more. */
  pendingRuns(counted: ReadonlySet<string> = none): Map<number, string[]> {
    const runs = new Map<number, string[]>();
    const add = (id: string, deliveryCount: number): void => {
      const run = runs.get(deliveryCount);
      if (run) run.push(id);
      else runs.set(deliveryCount, [id]);
    };
    for (const { id, deliveryCount } of this.redeliveries) add(id, deliveryCount);
    for (const { id, deliveryCount } of this.#fetched.all())
      add(id, counted.has(id) ? deliveryCount + 1 : deliveryCount);
    return runs;
  }
}
