import type { Notice } from '@millrace/streams';

/** More than any backend has to tell. */
const kept = 20;

/** What the driver told of settings with which the backend can lose records: each once, however often it was told. */
export class UnsafeSettings {
  readonly #told = new Set<string>();

  readonly hear = ({ kind, message }: Notice): void => {
    if (kind === 'unsafe-settings' && this.#told.size < kept) this.#told.add(message);
  };

  all(): readonly string[] {
    return [...this.#told];
  }
}
