import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@millrace/service';
import type { Overview } from './overview.ts';

const everyMs = 1_000;

export type Listener = (overview: Overview) => void;

export interface LiveFeedOptions {
  readonly log: Logger;
  readonly stopping: AbortSignal;
}

/** Tells everybody who watches the same overview once a second, and asks for none while nobody does. */
export class LiveFeed {
  readonly #overview: () => Promise<Overview>;
  readonly #log: Logger;
  readonly #stopping: AbortSignal;
  readonly #listeners = new Set<Listener>();
  #running = false;

  constructor(overview: () => Promise<Overview>, { log, stopping }: LiveFeedOptions) {
    this.#overview = overview;
    this.#log = log;
    this.#stopping = stopping;
  }

  /** Answers how to stop listening. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (!this.#running) void this.#run();
    return () => this.#listeners.delete(listener);
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#listeners.size > 0 && !this.#stopping.aborted) {
      try {
        const overview = await this.#overview();
        for (const listener of this.#listeners) listener(overview);
      } catch (error) {
        this.#log.warn({ err: error }, 'no overview at the moment');
      }
      await sleep(everyMs, undefined, { signal: this.#stopping }).catch(() => undefined);
    }
    this.#running = false;
  }
}
