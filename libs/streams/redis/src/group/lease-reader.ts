import type { Delivery } from '@millrace/streams';
import { bytesPerRead } from '../entries/fetch-size.ts';
import type { LeaseEntries } from './lease-entries.ts';
import type { TopicCursor } from './topic-cursor.ts';

/** How long a record that is redelivered individually may keep the next one waiting for its commit. */
const individualWaitMs = 250;

/** After so many full fetches in a row it is worth reading ahead. What is read ahead is pending, so that an idle group shows what is really in flight. */
const fullForAhead = 2;

/** Hands out a lease's records and reads ahead, so that the next ones are mostly there when they are asked for. */
export class LeaseReader {
  readonly #entries: LeaseEntries;
  readonly #maxInFlight: number;
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

  constructor(entries: LeaseEntries, maxInFlight: number, end: AbortSignal) {
    this.#entries = entries;
    this.#maxInFlight = maxInFlight;
    this.#end = end;
  }

  /** Waits for at least one; empty once the signal aborts or the lease ends. */
  async fetch(max: number, signal: AbortSignal): Promise<Delivery[]> {
    const redeliverIndividually = this.#individualCursor();
    const ready = redeliverIndividually || signal.aborted || this.#end.aborted ? [] : this.#take(max);
    if (ready.length > 0) return this.#deliver(ready, max);
    const until = this.#until(signal);
    this.#wanted = max;
    try {
      while (!until.aborted) {
        const alone = this.#individualCursor();
        const taken = alone ? await this.#fetchIndividually(alone, until) : this.#take(max);
        if (taken.length > 0) return this.#deliver(taken, max);
        if (alone) continue;
        this.#rethrow();
        const changed = this.#change(until);
        this.#startReading();
        await changed;
      }
      return [];
    } finally {
      this.#wanted = 0;
      this.#startReading();
    }
  }

  /** One composite for all fetches with the same signal. */
  #until(signal: AbortSignal): AbortSignal {
    if (this.#composite?.of !== signal)
      this.#composite = { of: signal, until: AbortSignal.any([signal, this.#end]) };
    return this.#composite.until;
  }

  /** There is room again, or something else is different. */
  notify(): void {
    this.#changes.dispatchEvent(new Event('change'));
    this.#startReading();
  }

  /** Resolves once no read is under way. */
  async idle(): Promise<void> {
    while (this.#reading !== undefined) await this.#reading;
  }

  #deliver(taken: Delivery[], max: number): Delivery[] {
    this.#full = taken.length >= max ? this.#full + 1 : 0;
    this.#startReading();
    return taken;
  }

  #take(max: number): Delivery[] {
    const { cursors } = this.#entries;
    let taken: Delivery[] = [];
    for (let index = 0; index < cursors.length && taken.length < max; index++) {
      const cursor = cursors[(this.#turn + index) % cursors.length] as TopicCursor;
      if (cursor.buffer.length === 0) continue;
      const more = cursor.take(max - taken.length);
      taken = taken.length === 0 ? more : [...taken, ...more];
    }
    this.#turn += 1;
    return taken;
  }

  async #fetchIndividually(cursor: TopicCursor, until: AbortSignal): Promise<Delivery[]> {
    const deadline = AbortSignal.any([until, AbortSignal.timeout(individualWaitMs)]);
    while (this.#entries.unacknowledged > 0 && !deadline.aborted) await this.#change(deadline);
    const next = cursor.redeliveries[0];
    if (until.aborted || !next) return [];
    const [delivery] = await this.#entries.claim(cursor, [next.id], next.deliveryCount);
    cursor.redeliveries.shift();
    if (!delivery) return [];
    cursor.deliver(delivery);
    return [delivery];
  }

  /** Reads ahead unless that is under way or pointless. */
  #startReading(): void {
    if (this.#reading !== undefined || this.#error !== undefined || this.#capacity() === 0) return;
    this.#reading = this.#readOn()
      .catch((error: unknown) => {
        this.#error = error;
      })
      .finally(() => {
        this.#reading = undefined;
        if (this.#error !== undefined) this.#changes.dispatchEvent(new Event('change'));
        this.#startReading();
      });
  }

  async #readOn(): Promise<void> {
    for (let room = this.#capacity(); room > 0; room = this.#capacity()) {
      if (await this.#entries.read(room)) this.#changes.dispatchEvent(new Event('change'));
      else if (!this.#end.aborted) await this.#entries.arrival(this.#end);
    }
  }

  /** How many records to read: what somebody waits for or, under load, as much as there is room for once that is a good part of the window. Large ones are not read ahead of others. */
  #capacity(): number {
    if (this.#end.aborted || this.#individualCursor()) return 0;
    const room = this.#maxInFlight - this.#entries.unacknowledged;
    const ahead =
      this.#full >= fullForAhead && room >= this.#maxInFlight / 2 && this.#bufferedBytes() < bytesPerRead / 2;
    if (ahead) return Math.max(0, room);
    return this.#buffered() ? 0 : Math.max(0, Math.min(room, this.#wanted));
  }

  /** A topic whose next record must be redelivered individually. */
  #individualCursor(): TopicCursor | undefined {
    return this.#entries.cursors.find((cursor) => cursor.redeliveries[0]?.redeliverIndividually);
  }

  #bufferedBytes(): number {
    return this.#entries.cursors.reduce((sum, { bufferedBytes }) => sum + bufferedBytes, 0);
  }

  #buffered(): boolean {
    return this.#entries.cursors.some((cursor) => cursor.buffer.length > 0);
  }

  /** The next fetch tries again; the error is thrown once. */
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
