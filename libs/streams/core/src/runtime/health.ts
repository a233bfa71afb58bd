import type { StreamsError } from '../errors.ts';
import type { Observer } from '../observer.ts';

/**
 * What a group member cannot do at the moment, by whatever found that out. Each source is reported to the observer when it
 * begins and when its error's code changes, not at every attempt.
 */
export class Health {
  readonly #group: string;
  readonly #observer: Observer;
  readonly #errors = new Map<unknown, StreamsError>();
  #lastError: StreamsError | undefined;

  constructor(group: string, observer: Observer) {
    this.#group = group;
    this.#observer = observer;
  }

  get degraded(): boolean {
    return this.#errors.size > 0;
  }

  /** The last thing that went wrong; it stays after a recovery. */
  get lastError(): StreamsError | undefined {
    return this.#lastError;
  }

  degrade(source: unknown, error: StreamsError): void {
    const before = this.#errors.get(source);
    this.#errors.set(source, error);
    this.#lastError = error;
    if (before?.code !== error.code) this.#observer.error?.({ group: this.#group, error, fatal: false });
  }

  /** The same of something that the driver's notice has reported already. */
  note(source: unknown, error: StreamsError): void {
    this.#errors.set(source, error);
    this.#lastError = error;
  }

  recover(source: unknown): void {
    if (this.#errors.size === 0 || !this.#errors.delete(source)) return;
    if (this.#errors.size === 0) this.#observer.recovered?.({ group: this.#group });
  }

  /** Nobody tries any more, so nothing will show that it works. */
  forget(source: unknown): void {
    this.#errors.delete(source);
  }

  /** The group ends with this error. */
  fail(error: StreamsError): void {
    this.#lastError = error;
    this.#observer.error?.({ group: this.#group, error, fatal: true });
  }
}
