import type { StateAccess } from '../routes.ts';
import type { StateCache } from './state-cache.ts';
import type { Entry } from './store-cache.ts';

/** One try of one message, as far as its state goes. */
export interface StateTry {
  /** What this try has written itself; undefined: nothing. */
  written(store: string, key: string): Entry | undefined;
  /** The key's value had to be waited for. */
  missed(store: string, key: string): void;
  write(store: string, key: string, value: Entry): void;
}

/** A store as one try sees it: its own writes above what is known of the store. */
export class KeyedState<Value> implements StateAccess<Value> {
  readonly #try: StateTry;
  readonly #cache: StateCache;
  readonly #store: string;

  constructor(ownTry: StateTry, cache: StateCache, store: string) {
    this.#try = ownTry;
    this.#cache = cache;
    this.#store = store;
  }

  get(key: string): Promise<Value | undefined> {
    const written = this.#try.written(this.#store, key);
    const found = written === undefined ? this.#cache.peek(this.#store, key) : written;
    if (found !== undefined) return Promise.resolve(parse<Value>(found));
    this.#try.missed(this.#store, key);
    return this.#cache.get(this.#store, key).then(parse<Value>);
  }

  set(key: string, value: Value): void {
    this.#try.write(this.#store, key, JSON.stringify(value));
  }

  delete(key: string): void {
    this.#try.write(this.#store, key, null);
  }
}

function parse<Value>(text: Entry): Value | undefined {
  return text === null ? undefined : (JSON.parse(text) as Value);
}
