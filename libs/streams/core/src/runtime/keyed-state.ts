import type { StateAccess } from '../routes.ts';
import type { StateCache } from './state-cache.ts';
import type { Entry } from './store-cache.ts';

/** One attempt of one message, as far as its state goes. */
export interface StateAttempt {
  /** What this attempt has written itself; undefined: nothing. */
  written(store: string, key: string): Entry | undefined;
  /** The key's value had to be waited for. */
  missed(store: string, key: string): void;
  write(store: string, key: string, value: Entry): void;
}

/** A store as one attempt sees it: its own writes above what is known of the store. */
export class KeyedState<Value> implements StateAccess<Value> {
  readonly #attempt: StateAttempt;
  readonly #cache: StateCache;
  readonly #store: string;

  constructor(attempt: StateAttempt, cache: StateCache, store: string) {
    this.#attempt = attempt;
    this.#cache = cache;
    this.#store = store;
  }

  get(key: string): Promise<Value | undefined> {
    const written = this.#attempt.written(this.#store, key);
    const found = written === undefined ? this.#cache.peek(this.#store, key) : written;
    if (found !== undefined) return Promise.resolve(parse<Value>(found));
    this.#attempt.missed(this.#store, key);
    return this.#cache.get(this.#store, key).then(parse<Value>);
  }

  set(key: string, value: Value): void {
    this.#attempt.write(this.#store, key, JSON.stringify(value));
  }

  delete(key: string): void {
    this.#attempt.write(this.#store, key, null);
  }
}

function parse<Value>(text: Entry): Value | undefined {
  return text === null ? undefined : (JSON.parse(text) as Value);
}
