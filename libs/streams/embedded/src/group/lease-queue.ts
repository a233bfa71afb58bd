import type { Lease, StreamsError } from '@millrace/streams';

/** Leases gained, for one consumer that iterates; ends when closed, and with the error once it failed. */
export class LeaseQueue implements AsyncIterable<Lease> {
  readonly #gained: Lease[] = [];
  #wake: (() => void) | undefined;
  #closed = false;
  #error: StreamsError | undefined;

  push(lease: Lease): void {
    this.#gained.push(lease);
    this.#wake?.();
  }

  fail(error: StreamsError): void {
    this.#error ??= error;
    this.#wake?.();
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Lease> {
    while (!this.#closed) {
      if (this.#error !== undefined) throw this.#error;
      const lease = this.#gained.shift();
      if (lease === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      else if (!lease.lost.aborted) yield lease;
    }
  }
}
