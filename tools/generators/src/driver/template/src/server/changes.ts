/** Wakes the calls that wait for something to change. */
export class Changes {
  readonly #waiting: Set<() => void> = new Set();

  announce(): void {
    for (const wake of this.#waiting) wake();
  }

  /** What `look` finds, now or after a change; undefined once the signal aborts. */
  async until<Found>(signal: AbortSignal, look: () => Found | undefined): Promise<Found | undefined> {
    while (!signal.aborted) {
      const found = look();
      if (found !== undefined) return found;
      await this.#next(signal);
    }
    return undefined;
  }

  #next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}
