import type { Lease } from '@millrace/streams';

/** Leases in the order in which they were gained, for the one who works them. */
export class GainedLeases {
  readonly #leases: Lease[] = [];
  #news: PromiseWithResolvers<void> = Promise.withResolvers();
  #closed = false;

  add(lease: Lease): void {
    this.#leases.push(lease);
    this.#news.resolve();
  }

  close(): void {
    this.#closed = true;
    this.#news.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Lease, void, undefined> {
    while (!this.#closed || this.#leases.length > 0) {
      yield* this.#leases.splice(0);
      if (this.#closed) return;
      await this.#news.promise;
      this.#news = Promise.withResolvers();
    }
  }
}
