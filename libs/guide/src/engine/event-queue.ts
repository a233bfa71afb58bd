import type { GuideEvent } from '../events.ts';

/** Events on their way to the player, who may be slow: the run waits at its next step until they are taken. */
export class EventQueue {
  #events: GuideEvent[] = [];
  #wake: PromiseWithResolvers<void> = Promise.withResolvers();
  #drained: PromiseWithResolvers<void> = Promise.withResolvers();
  #closed = false;

  push(event: GuideEvent): void {
    this.#events.push(event);
    this.#wake.resolve();
  }

  close(): void {
    this.#closed = true;
    this.#wake.resolve();
    this.#drained.resolve();
  }

  /** Resolves once all that was pushed has been taken. */
  async drained(): Promise<void> {
    while (this.#events.length > 0 && !this.#closed) await this.#drained.promise;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<GuideEvent> {
    for (;;) {
      const event = this.#events.shift();
      if (event) {
        yield event;
        continue;
      }
      this.#drained.resolve();
      this.#drained = Promise.withResolvers();
      if (this.#closed) return;
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
    }
  }
}
