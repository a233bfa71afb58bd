import type { Client } from './client.ts';
import { Waiter } from './waiter.ts';

/** One waiter for all streams of a server; in a Cluster, where a command must stay in one slot, one for each partition number. */
export class Waiters {
  readonly #client: Client;
  readonly #waiters = new Map<number, Waiter>();

  constructor(client: Client) {
    this.#client = client;
  }

  of(stream: string, partition: number): Waiter {
    const slot = this.#client.cluster ? partition : 0;
    let waiter = this.#waiters.get(slot);
    if (!waiter) {
      waiter = new Waiter(() => this.#client.blocking(stream));
      this.#waiters.set(slot, waiter);
    }
    return waiter;
  }

  close(): void {
    for (const waiter of this.#waiters.values()) waiter.close();
  }
}
