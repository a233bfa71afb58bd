import type { Notice } from '@millrace/streams';

/** Tells once that no broker answers any more and once that one does again; in between, of each that is away. */
export class Connectivity {
  readonly #notify: (notice: Notice) => void;
  readonly #used = new Set<string>();
  readonly #away = new Set<string>();
  #disconnected = false;

  constructor(notify: (notice: Notice) => void) {
    this.#notify = notify;
  }

  /** Its last request failed. */
  isAway(address: string): boolean {
    return this.#away.has(address);
  }

  lost(address: string, reason: string): void {
    if (this.#away.has(address)) return;
    this.#used.add(address);
    this.#away.add(address);
    const others = this.#used.size - this.#away.size;
    if (others > 0) {
      this.#notify({
        kind: 'retrying',
        message: `the Kafka broker ${address} is away: ${reason}; ${others} of ${this.#used.size} brokers are left`,
        details: { broker: address },
      });
    } else if (!this.#disconnected) {
      this.#disconnected = true;
      this.#notify({
        kind: 'disconnected',
        message: `the connection to the Kafka broker ${address} is gone: ${reason}`,
        details: { broker: address },
      });
    }
  }

  answered(address: string): void {
    this.#used.add(address);
    this.#away.delete(address);
    if (!this.#disconnected) return;
    this.#disconnected = false;
    this.#notify({
      kind: 'reconnected',
      message: `the Kafka broker ${address} answers again`,
      details: { broker: address },
    });
  }
}
