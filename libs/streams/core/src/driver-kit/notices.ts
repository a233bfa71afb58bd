import type { Notice } from '../driver.ts';

/** Who wants to hear of a driver's warnings. */
export class Notices {
  readonly #listeners = new Set<(notice: Notice) => void>();

  listen(listener: (notice: Notice) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  notify(notice: Notice): void {
    for (const listener of this.#listeners) listener(notice);
  }
}
