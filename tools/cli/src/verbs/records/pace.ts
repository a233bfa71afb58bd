import { setTimeout as sleep } from 'node:timers/promises';

/** Keeps records to so many a second; without a rate it never waits. */
export class Pace {
  readonly #perSecond: number | undefined;
  readonly #since = performance.now();
  #sent = 0;

  constructor(perSecond: number | undefined) {
    this.#perSecond = perSecond;
  }

  /** Waits until `count` more may go. */
  async wait(count: number, signal: AbortSignal): Promise<void> {
    if (this.#perSecond === undefined) return;
    const due = this.#since + (this.#sent / this.#perSecond) * 1_000;
    this.#sent += count;
    const left = due - performance.now();
    if (left > 1) await sleep(left, undefined, { signal }).catch(() => undefined);
  }
}
