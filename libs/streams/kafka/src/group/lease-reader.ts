import type { Delivery } from '@millrace/streams';
import type { Beginning, TopicFeed } from './topic-feed.ts';

export interface ReaderOptions {
  readonly window: number;
  /** Aborts when the lease is recalled or lost. */
  readonly end: AbortSignal;
  /** Stores that a try of this record begins. */
  readonly beginTry: (feed: TopicFeed, next: Beginning) => Promise<void>;
  /** Something was taken out of the feeds. */
  readonly onTaken: () => void;
}

/** Hands out the records of a lease's topics, each topic in order, the topics in turn. */
export class LeaseReader {
  readonly #feeds: readonly TopicFeed[];
  readonly #options: ReaderOptions;
  readonly #waiting = new Set<() => void>();
  #turn = 0;
  #beginning = false;
  #error: unknown;

  constructor(feeds: readonly TopicFeed[], options: ReaderOptions) {
    this.#feeds = feeds;
    this.#options = options;
    options.end.addEventListener('abort', () => this.changed(), { once: true });
  }

  get outstanding(): number {
    return this.#feeds.reduce((sum, feed) => sum + feed.outstanding, 0);
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
    const careful = this.#feeds.find((feed) => feed.careful);
    if (careful) return await this.#takeAlone(careful);
    const room = Math.min(max, this.#options.window - this.outstanding);
    let taken: Delivery[] = [];
    for (let index = 0; index < this.#feeds.length && taken.length < room; index++) {
      const feed = this.#feeds[(this.#turn + index) % this.#feeds.length] as TopicFeed;
      const more = feed.take(room - taken.length);
      taken = taken.length === 0 ? more : taken.concat(more);
    }
    if (taken.length > 0) this.#turn += 1;
    return taken;
  }

  async #takeAlone(feed: TopicFeed): Promise<Delivery[]> {
    const next = feed.peek();
    if (this.#beginning || next === undefined || this.outstanding > 0) return [];
    this.#beginning = true;
    try {
      if (!next.begun) await this.#options.beginTry(feed, next);
      const [delivery] = feed.take(1);
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
