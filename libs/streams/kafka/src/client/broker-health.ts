import type { Notice } from '@millrace/streams';

/** Tells once that no broker answers any more and once that one does again; in between, of each that is away. */
export class BrokerHealth {
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
    this.#used.add(address);
    if (this.#away.has(address)) return;
    this.#away.add(address);
    const others = this.#used.size - this.#away.size;
    if (others === 0) return;
    this.#notify({
      kind: 'retrying',
      message: `the Kafka broker ${address} is away: ${reason}; ${others} of ${this.#used.size} brokers are left`,
      details: { broker: address },
    });
  }

  /** All of them were tried in vain. */
  allBrokersFailed(reason: string): void {
    if (this.#disconnected) return;
    this.#disconnected = true;
    const brokers = [...this.#used].join(' ');
    this.#notify({
      kind: 'disconnected',
      message: `the connection to Kafka is gone, none of its brokers answers (${brokers}): ${reason}`,
      details: { brokers },
    });
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
