import type { Delivery } from '@millrace/streams';
import type { AttemptMarker, TopicCursor } from './topic-cursor.ts';

export interface ReaderOptions {
  readonly window: number;
  /** Aborts when the lease is recalled or lost. */
  readonly end: AbortSignal;
  /** Stores that a try of this record begins. */
  readonly recordAttempt: (cursor: TopicCursor, next: AttemptMarker) => Promise<void>;
  /** Something was taken out of the feeds. */
  readonly onTaken: () => void;
}

/** Hands out the records of a lease's topics, each topic in order, the topics in turn. */
export class LeaseReader {
  readonly #cursors: readonly TopicCursor[];
  readonly #options: ReaderOptions;
  readonly #waiting = new Set<() => void>();
  #turn = 0;
  #beginning = false;
  #error: unknown;

  constructor(cursors: readonly TopicCursor[], options: ReaderOptions) {
    this.#cursors = cursors;
    this.#options = options;
    options.end.addEventListener('abort', () => this.changed(), { once: true });
  }

  get outstanding(): number {
    return this.#cursors.reduce((sum, cursor) => sum + cursor.outstanding, 0);
  }

  /** Waits for at least one; empty once the signal aborts or the lease ends. */
  async fetch(max: number, signal: AbortSignal): Promise<Delivery[]> {
    const wake = (): void => this.changed();
    signal.addEventListener('abort', wake, { once: true });
    try {
      while (!signal.aborted && !this.#options.end.aborted) {
        this.#rethrow();
        const changed = this.#change();
        const taken = await this.#take(max);
        if (taken.length > 0) {
          this.#options.onTaken();
          return taken;
        }
        await changed;
      }
      return [];
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  /** There may be something to hand out now. */
  changed(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** The next fetch throws it, once. */
  fail(error: unknown): void {
    this.#error = error;
    this.changed();
  }

  async #take(max: number): Promise<Delivery[]> {
    const careful = this.#cursors.find((cursor) => cursor.careful);
    if (careful) return await this.#redeliverIndividually(careful);
    const room = Math.min(max, this.#options.window - this.outstanding);
    let taken: Delivery[] = [];
    for (let index = 0; index < this.#cursors.length && taken.length < room; index++) {
      const cursor = this.#cursors[(this.#turn + index) % this.#cursors.length] as TopicCursor;
      const more = cursor.take(room - taken.length);
      taken = taken.length === 0 ? more : taken.concat(more);
    }
    if (taken.length > 0) this.#turn += 1;
    return taken;
  }

  async #redeliverIndividually(cursor: TopicCursor): Promise<Delivery[]> {
    const next = cursor.peek();
    if (this.#beginning || next === undefined || this.outstanding > 0) return [];
    this.#beginning = true;
    try {
      if (!next.begun) await this.#options.recordAttempt(cursor, next);
      const [delivery] = cursor.take(1);
      return delivery ? [delivery.asAttempt(next.attempt)] : [];
    } finally {
      this.#beginning = false;
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #rethrow(): void {
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw error;
  }
}
