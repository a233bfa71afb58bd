import type { Delivery } from '@millrace/streams';
import { bytesPerRead } from './appetite.ts';
import type { LeaseSource } from './lease-source.ts';
import type { TopicFeed } from './topic-feed.ts';

/** How long a record that is tried alone may keep the next one waiting for its commit. */
const carefulMs = 250;

/** After so many full fetches in a row it is worth reading ahead. What is read ahead is pending, so a quiet group shows what it really has in hand. */
const fullForAhead = 2;

/** Hands out a lease's records and reads ahead, so that the next ones are mostly there when they are asked for. */
export class LeaseReader {
  readonly #source: LeaseSource;
  readonly #window: number;
  readonly #end: AbortSignal;
  readonly #changes = new EventTarget();
  #reading: Promise<void> | undefined;
  /** What a waiting fetch would take at most; 0: nobody waits. */
  #wanted = 0;
  /** Fetches in a row that were given all they asked for. */
  #full = 0;
  #error: unknown;
  #turn = 0;
  #composite: { readonly of: AbortSignal; readonly until: AbortSignal } | undefined;

  constructor(source: LeaseSource, window: number, end: AbortSignal) {
    this.#source = source;
    this.#window = window;
    this.#end = end;
  }

  /** Waits for at least one; empty once the signal aborts or the lease ends. */
  async fetch(max: number, signal: AbortSignal): Promise<Delivery[]> {
    const careful = this.#careful();
    const ready = careful || signal.aborted || this.#end.aborted ? [] : this.#take(max);
    if (ready.length > 0) return this.#hand(ready, max);
    const until = this.#until(signal);
    this.#wanted = max;
    try {
      while (!until.aborted) {
        const alone = this.#careful();
        const taken = alone ? await this.#takeAlone(alone, until) : this.#take(max);
        if (taken.length > 0) return this.#hand(taken, max);
        if (alone) continue;
        this.#rethrow();
        const changed = this.#change(until);
        this.#pump();
        await changed;
      }
      return [];
    } finally {
      this.#wanted = 0;
      this.#pump();
    }
  }

  /** One composite for all fetches with the same signal. */
  #until(signal: AbortSignal): AbortSignal {
    if (this.#composite?.of !== signal)
      this.#composite = { of: signal, until: AbortSignal.any([signal, this.#end]) };
    return this.#composite.until;
  }

  /** There is room again, or something else is different. */
  changed(): void {
    this.#changes.dispatchEvent(new Event('change'));
    this.#pump();
  }

  /** Resolves once no read is under way. */
  async idle(): Promise<void> {
    while (this.#reading !== undefined) await this.#reading;
  }

  #hand(taken: Delivery[], max: number): Delivery[] {
    this.#full = taken.length >= max ? this.#full + 1 : 0;
    this.#pump();
    return taken;
  }

  #take(max: number): Delivery[] {
    const { feeds } = this.#source;
    let taken: Delivery[] = [];
    for (let index = 0; index < feeds.length && taken.length < max; index++) {
      const feed = feeds[(this.#turn + index) % feeds.length] as TopicFeed;
      if (feed.buffer.length === 0) continue;
      const more = feed.take(max - taken.length);
      taken = taken.length === 0 ? more : [...taken, ...more];
    }
    this.#turn += 1;
    return taken;
  }

  async #takeAlone(feed: TopicFeed, until: AbortSignal): Promise<Delivery[]> {
    const patience = AbortSignal.any([until, AbortSignal.timeout(carefulMs)]);
    while (this.#source.unsettled > 0 && !patience.aborted) await this.#change(patience);
    const next = feed.redeliveries[0];
    if (until.aborted || !next) return [];
    const [delivery] = await this.#source.claim(feed, [next.id], next.tries);
    feed.redeliveries.shift();
    if (!delivery) return [];
    feed.hand(delivery);
    return [delivery];
  }

  /** Reads ahead unless that is under way or pointless. */
  #pump(): void {
    if (this.#reading !== undefined || this.#error !== undefined || this.#room() === 0) return;
    this.#reading = this.#readOn()
      .catch((error: unknown) => {
        this.#error = error;
      })
      .finally(() => {
        this.#reading = undefined;
        if (this.#error !== undefined) this.#changes.dispatchEvent(new Event('change'));
        this.#pump();
      });
  }

  async #readOn(): Promise<void> {
    for (let room = this.#room(); room > 0; room = this.#room()) {
      if (await this.#source.read(room)) this.#changes.dispatchEvent(new Event('change'));
      else if (!this.#end.aborted) await this.#source.arrival(this.#end);
    }
  }

  /** How many records to read: what somebody waits for or, under load, as much as there is room for once that is a good part of the window. Large ones are not read ahead of others. */
  #room(): number {
    if (this.#end.aborted || this.#careful()) return 0;
    const room = this.#window - this.#source.unsettled;
    const ahead =
      this.#full >= fullForAhead && room >= this.#window / 2 && this.#bufferedBytes() < bytesPerRead / 2;
    if (ahead) return Math.max(0, room);
    return this.#buffered() ? 0 : Math.max(0, Math.min(room, this.#wanted));
  }

  /** A topic whose next record must be tried alone. */
  #careful(): TopicFeed | undefined {
    return this.#source.feeds.find((feed) => feed.redeliveries[0]?.careful);
  }

  #bufferedBytes(): number {
    return this.#source.feeds.reduce((sum, { bufferedBytes }) => sum + bufferedBytes, 0);
  }

  #buffered(): boolean {
    return this.#source.feeds.some((feed) => feed.buffer.length > 0);
  }

  /** The next fetch tries again; the error is told once. */
  #rethrow(): void {
    const error = this.#error;
    if (error === undefined) return;
    this.#error = undefined;
    throw error;
  }

  #change(until: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#changes.removeEventListener('change', done);
        until.removeEventListener('abort', done);
        resolve();
      };
      this.#changes.addEventListener('change', done);
      until.addEventListener('abort', done);
      if (until.aborted) done();
    });
  }
}
