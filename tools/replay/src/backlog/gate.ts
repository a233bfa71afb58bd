/** Lets the feeder through while the services keep up. It closes above `limit` records and opens at half of that. */
export class Gate {
  readonly #limit: number;
  #lag = 0;
  /** Fed since the lag was measured. */
  #fed = 0;
  #open = true;
  #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get open(): boolean {
    return this.#open;
  }

  fed(records: number): void {
    this.#fed += records;
    this.#decide();
  }

  measured(lag: number): void {
    this.#lag = lag;
    this.#fed = 0;
    this.#decide();
  }

  /** Resolves when the feeder may go on; rejects with the signal's reason. */
  async pass(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#open) return;
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(() => {
        signal.removeEventListener('abort', abort);
        resolve();
      });
    });
  }

  #decide(): void {
    const lag = this.#lag + this.#fed;
    this.#open = this.#open ? lag <= this.#limit : lag <= this.#limit / 2;
    if (this.#open) for (const resume of this.#waiting.splice(0)) resume();
  }
}
