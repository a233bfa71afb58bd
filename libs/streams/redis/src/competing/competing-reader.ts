import type { Delivery } from '@millrace/streams';
import { anySignal } from '@millrace/streams';
import { totalSize } from '@millrace/streams/driver';
import { bytesPerRead } from '../entries/fetch-size.ts';
import type { CompetingEntries } from './competing-entries.ts';
import type { InFlight } from './in-flight.ts';

/** How long a message that is redelivered individually may keep the next one waiting for its commit. */
const individualWaitMs = 250;

/** Finds what a competing member takes next: what is its own already, then what is idle, then what is new, partitions in turn. */
export class CompetingReader {
  readonly #partitions: readonly CompetingEntries[];
  readonly #inFlight: InFlight;
  #refreshed = new AbortController();
  #individually = false;
  #turn = 0;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(partitions: readonly CompetingEntries[], inFlight: InFlight) {
    this.#partitions = partitions;
    this.#inFlight = inFlight;
  }

  /** Waits until there is something and capacity for it; nothing once `until` is aborted. */
  async fetch(max: number, until: AbortSignal): Promise<Delivery[]> {
    while (!until.aborted) {
      await this.#inFlight.waitForCapacity(until, this.#individually ? individualWaitMs : undefined);
      if (until.aborted) break;
      const refreshed = this.#refreshed.signal;
      const reading = this.#read(Math.min(max, this.#inFlight.capacity), until);
      this.#reading = reading.catch(() => undefined);
      const taken = await reading;
      if (taken.length > 0) return taken;
      if (this.#inFlight.capacity > 0) await this.#arrival(anySignal([until, refreshed]));
    }
    return [];
  }

  /** Once nothing is being read any more; it never rejects. */
  async idle(): Promise<void> {
    await this.#reading;
  }

  /** Something may have become idle, or was given back or to this member. */
  refresh(): void {
    for (const entries of this.#partitions) {
      entries.suspectClaimed();
      entries.suspectIdle();
    }
    this.#refreshed.abort();
    this.#refreshed = new AbortController();
  }

  async #read(capacity: number, until: AbortSignal): Promise<Delivery[]> {
    const partitions = this.#inTurn();
    for (const entries of partitions) {
      const recovered = await entries.recover((id) => this.#inFlight.has({ ...entries, offset: id }));
      if (recovered.length > 0) return this.#deliver(recovered);
      const idle = await entries.claimIdle(capacity);
      this.#individually = idle.some(({ attempt }) => attempt > 1);
      if (idle.length > 0) return this.#deliver(idle);
    }
    const taken: Delivery[] = [];
    for (const entries of partitions) {
      if (taken.length >= capacity || until.aborted || totalSize(taken) >= bytesPerRead) break;
      taken.push(...this.#deliver(await entries.readNew(capacity - taken.length)));
    }
    return taken;
  }

  #deliver(deliveries: Delivery[]): Delivery[] {
    for (const delivery of deliveries) this.#inFlight.add(delivery);
    return deliveries;
  }

  async #arrival(signal: AbortSignal): Promise<void> {
    const some = new AbortController();
    const either = anySignal([signal, some.signal]);
    await Promise.race(this.#partitions.map((entries) => entries.arrival(either)));
    some.abort();
  }

  #inTurn(): CompetingEntries[] {
    const first = this.#turn++ % this.#partitions.length;
    return [...this.#partitions.slice(first), ...this.#partitions.slice(0, first)];
  }
}
