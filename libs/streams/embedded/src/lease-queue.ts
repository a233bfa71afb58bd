import type { Lease } from '@millrace/streams';

/** Leases gained, for one consumer that iterates; ends when closed. */
export class LeaseQueue implements AsyncIterable<Lease> {
  readonly #gained: Lease[] = [];
  #wake: (() => void) | undefined;
  #closed = false;

  push(lease: Lease): void {
    this.#gained.push(lease);
    this.#wake?.();
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Lease> {
    while (!this.#closed) {
      const lease = this.#gained.shift();
      if (lease === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      else if (!lease.lost.aborted) yield lease;
    }
  }
}
