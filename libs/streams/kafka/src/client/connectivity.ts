import type { Notice } from '@millrace/streams';

/** Tells once that brokers do not answer, and once that they do again. */
export class Connectivity {
  readonly #notify: (notice: Notice) => void;
  #away = false;

  constructor(notify: (notice: Notice) => void) {
    this.#notify = notify;
  }

  lost(address: string, reason: string): void {
    if (this.#away) return;
    this.#away = true;
    this.#notify({
      kind: 'disconnected',
      message: `the connection to the Kafka broker ${address} is gone: ${reason}`,
      details: { broker: address },
    });
  }

  answered(address: string): void {
    if (!this.#away) return;
    this.#away = false;
    this.#notify({
      kind: 'reconnected',
      message: `the Kafka broker ${address} answers again`,
      details: { broker: address },
    });
  }
}
