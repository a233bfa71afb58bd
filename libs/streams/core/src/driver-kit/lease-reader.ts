import type { Delivery } from '../record.ts';
import { totalSize } from '../record-access.ts';

/** One topic of a lease, as far as reading goes. */
export interface LeaseCursor {
  /** Records delivered and not acknowledged. */
  readonly unacknowledged: number;
  /** The next record may have crashed an earlier owner: nothing else may be in flight with it. */
  readonly redeliverIndividually: boolean;
  /** The next records, in order; none when there is nothing at the moment. */
  take(max: number): Delivery[];
}

export interface LeaseReaderOptions<Cursor> {
  /** The most records delivered and not acknowledged. */
  readonly maxInFlight: number;
  /** Of one fetch over several topics: those after it wait. Default: no limit. */
  readonly maxBytes?: number;
  /** Aborts when the lease is revoked or lost. */
  readonly end: AbortSignal;
  /** Takes the next record after it is stored that an attempt of it begins; undefined when there is none, or the lease is lost. */
  readonly takeIndividually: (cursor: Cursor) => Promise<Delivery | undefined>;
  /** False while nothing may be delivered. Default: always true. */
  readonly mayDeliver?: () => boolean;
  /** Called after each look at the cursors with how many records that brought. */
  readonly onTaken?: (records: number) => void;
}

/**
 * Delivers the records of a lease's topics, each topic in order, the topics in turn. A record that may have crashed an earlier
 * owner is delivered when nothing else is in flight, and nothing more until it is acknowledged.
 */
export class LeaseReader<Cursor extends LeaseCursor = LeaseCursor> {
  readonly #cursors: readonly Cursor[];
  readonly #options: LeaseReaderOptions<Cursor>;
  readonly #waiting = new Set<() => void>();
  #changes = 0;
  #turn = 0;
  #takingIndividually = false;
  #error: unknown;

  constructor(cursors: readonly Cursor[], options: LeaseReaderOptions<Cursor>) {
    this.#cursors = cursors;
    this.#options = options;
    options.end.addEventListener('abort', () => this.notify(), { once: true });
  }

  get unacknowledged(): number {
    return this.#cursors.reduce((sum, cursor) => sum + cursor.unacknowledged, 0);
  }

  /** Waits for at least one; empty once the signal aborts or the lease ends. */
  async fetch(max: number, signal: AbortSignal): Promise<Delivery[]> {
    const wake = (): void => this.notify();
    signal.addEventListener('abort', wake, { once: true });
    try {
      while (!signal.aborted && !this.#options.end.aborted) {
        this.#rethrow();
        const changes = this.#changes;
        const taken = (this.#options.mayDeliver?.() ?? true) ? await this.#take(max) : [];
        this.#options.onTaken?.(taken.length);
        if (taken.length > 0) return taken;
        if (changes === this.#changes) await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
      return [];
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  /** There may be something to deliver now: records came, or some were acknowledged. */
  notify(): void {
    this.#changes += 1;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** The next fetch throws it, once. */
  fail(error: unknown): void {
    this.#error = error;
    this.notify();
  }

  async #take(max: number): Promise<Delivery[]> {
    const individual = this.#cursors.find((cursor) => cursor.redeliverIndividually);
    if (individual === undefined) return this.#takeInTurn(max);
    const delivery = await this.#takeIndividually(individual);
    if (delivery !== undefined) return [delivery];
    // What was there to be redelivered may be gone.
    return individual.redeliverIndividually || this.#takingIndividually ? [] : this.#takeInTurn(max);
  }

  async #takeIndividually(cursor: Cursor): Promise<Delivery | undefined> {
    if (this.#takingIndividually || this.unacknowledged > 0) return undefined;
    this.#takingIndividually = true;
    try {
      return await this.#options.takeIndividually(cursor);
    } finally {
      this.#takingIndividually = false;
    }
  }

  #takeInTurn(wanted: number): Delivery[] {
    const max = Math.min(wanted, this.#options.maxInFlight - this.unacknowledged);
    const { maxBytes = Number.POSITIVE_INFINITY } = this.#options;
    let taken: Delivery[] = [];
    for (let index = 0; index < this.#cursors.length && taken.length < max; index++) {
      if (index > 0 && maxBytes < Number.POSITIVE_INFINITY && totalSize(taken) >= maxBytes) break;
      const cursor = this.#cursors[(this.#turn + index) % this.#cursors.length];
      const more = takeAfter(taken, () => cursor?.take(max - taken.length) ?? []);
      taken = taken.length === 0 ? more : taken.concat(more);
    }
    if (taken.length > 0) this.#turn += 1;
    return taken;
  }

  #rethrow(): void {
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw error;
  }
}

/** What was taken already is delivered, whatever comes after it: the next fetch meets that error again. */
function takeAfter(taken: readonly Delivery[], take: () => Delivery[]): Delivery[] {
  try {
    return take();
  } catch (error) {
    if (taken.length === 0) throw error;
    return [];
  }
}
