import type { Delivery } from '@millrace/streams';
import { totalSize } from '@millrace/streams/driver-kit';
import { bytesPerRead } from './appetite.ts';
import type { CompetingSource } from './competing-source.ts';
import type { Held } from './held.ts';

/** How long a message that is tried alone may keep the next one waiting for its commit. */
const carefulMs = 250;

/** Finds what a competing member takes next: what is its own already, then what is stale, then what is new, partitions in turn. */
export class CompetingReader {
  readonly #sources: readonly CompetingSource[];
  readonly #held: Held;
  #suspected = new AbortController();
  #alone = false;
  #turn = 0;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(sources: readonly CompetingSource[], held: Held) {
    this.#sources = sources;
    this.#held = held;
  }

  /** Waits until there is something and room for it in the hand; nothing once `until` is aborted. */
  async take(max: number, until: AbortSignal): Promise<Delivery[]> {
    while (!until.aborted) {
      await this.#held.room(until, this.#alone ? carefulMs : undefined);
      if (until.aborted) break;
      const suspected = this.#suspected.signal;
      const reading = this.#read(Math.min(max, this.#held.left), until);
      this.#reading = reading.catch(() => undefined);
      const taken = await reading;
      if (taken.length > 0) return taken;
      if (this.#held.left > 0) await this.#arrival(AbortSignal.any([until, suspected]));
    }
    return [];
  }

  /** Once nothing is being read any more; it never rejects. */
  async idle(): Promise<void> {
    await this.#reading;
  }

  /** Something may have become stale, or was given back or to this member. */
  lookAgain(): void {
    for (const source of this.#sources) {
      source.suspectGift();
      source.suspectStale();
    }
    this.#suspected.abort();
    this.#suspected = new AbortController();
  }

  async #read(room: number, until: AbortSignal): Promise<Delivery[]> {
    const sources = this.#inTurn();
    for (const source of sources) {
      const recovered = await source.recover((id) => this.#held.has({ ...source, offset: id }));
      if (recovered.length > 0) return this.#hold(recovered);
      const stale = await source.stale(room);
      this.#alone = stale.some(({ attempt }) => attempt > 1);
      if (stale.length > 0) return this.#hold(stale);
    }
    const taken: Delivery[] = [];
    for (const source of sources) {
      if (taken.length >= room || until.aborted || totalSize(taken) >= bytesPerRead) break;
      taken.push(...this.#hold(await source.fresh(room - taken.length)));
    }
    return taken;
  }

  #hold(deliveries: Delivery[]): Delivery[] {
    for (const delivery of deliveries) this.#held.add(delivery);
    return deliveries;
  }

  async #arrival(signal: AbortSignal): Promise<void> {
    const some = new AbortController();
    const either = AbortSignal.any([signal, some.signal]);
    await Promise.race(this.#sources.map((source) => source.arrival(either)));
    some.abort();
  }

  #inTurn(): CompetingSource[] {
    const first = this.#turn++ % this.#sources.length;
    return [...this.#sources.slice(first), ...this.#sources.slice(0, first)];
  }
}
