import type { Delivery } from '@millrace/streams';
import { totalSize } from '@millrace/streams/driver-kit';
import { compareIds, zeroId } from './ids.ts';
import { Unsettled } from './unsettled.ts';

/** An entry that was pending when the lease was taken over. */
export interface Redelivery {
  readonly id: string;
  /** Tries begun before, as far as anybody knows. */
  readonly tries: number;
  /** It may have killed its owner: it must be tried alone. */
  readonly careful: boolean;
}

/** How far a lease has come in one topic. */
export class TopicFeed {
  readonly topic: string;
  readonly stream: string;
  /** Taken over and not fetched yet, oldest first; all before anything in the buffer. */
  redeliveries: Redelivery[] = [];
  /** Fetched and not handed out, in order. */
  buffer: Delivery[] = [];
  /** The id behind which the group began. */
  origin: string = zeroId;
  /** The id behind which new entries are awaited. */
  lastDelivered: string = zeroId;
  /** The last id settled here. */
  settled: string = zeroId;
  /** The group was made again behind an older position: entries may come twice. */
  rewound = false;
  readonly #unsettled = new Unsettled();

  constructor(topic: string, stream: string) {
    this.topic = topic;
    this.stream = stream;
  }

  get unsettled(): number {
    return this.#unsettled.size;
  }

  get bufferedBytes(): number {
    return totalSize(this.buffer);
  }

  knows(id: string): boolean {
    return this.#unsettled.has(id) || this.redeliveries.some((each) => each.id === id);
  }

  /** True for what was settled here already: a group made again behind an older position delivers it once more. */
  isSettled(id: string): boolean {
    return compareIds(id, this.settled) <= 0;
  }

  /** Fetched entries, kept in order. */
  add(deliveries: readonly Delivery[]): void {
    this.#unsettled.add(deliveries);
    const last = this.buffer.at(-1);
    const first = deliveries[0];
    if (last && first && compareIds(first.offset, last.offset) < 0) {
      this.buffer = [...this.buffer, ...deliveries].sort((a, b) => compareIds(a.offset, b.offset));
    } else if (this.buffer.length === 0) this.buffer = [...deliveries];
    else this.buffer.push(...deliveries);
  }

  /** An entry that goes to the handler without passing the buffer. */
  hand(delivery: Delivery): void {
    this.#unsettled.add([delivery]);
  }

  take(max: number): Delivery[] {
    if (this.buffer.length <= max) {
      const all = this.buffer;
      this.buffer = [];
      return all;
    }
    return this.buffer.splice(0, max);
  }

  /** Ids in order. */
  settle(ids: readonly string[]): void {
    this.#unsettled.delete(ids);
    const last = ids.at(-1);
    if (last !== undefined && compareIds(last, this.settled) > 0) this.settled = last;
  }

  failed(id: string, attempts: number): void {
    this.#unsettled.tried(id, attempts);
  }

  /** Begins anew behind an id. */
  reset(id: string): void {
    this.redeliveries = [];
    this.buffer = [];
    this.#unsettled.clear();
    this.settled = id;
    this.lastDelivered = id;
  }

  /** Everything pending, by the number of tries really made. */
  triedRuns(): Map<number, string[]> {
    const runs = new Map<number, string[]>();
    const add = (id: string, tries: number): void => {
      const run = runs.get(tries);
      if (run) run.push(id);
      else runs.set(tries, [id]);
    };
    for (const { id, tries } of this.redeliveries) add(id, tries);
    for (const { id, tries } of this.#unsettled.all()) add(id, tries);
    return runs;
  }
}
