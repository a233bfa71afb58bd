import type { Lease, StateWrite } from '../lease.ts';
import { type Entry, StoreCache } from './store-cache.ts';

/**
 * The state of one lease as its handlers see it: what is staged but not committed yet above what is stored.
 * A lease owns its state alone, so what was read once stays true until the lease ends.
 */
export class StateCache {
  readonly #lease: Lease;
  readonly #stores = new Map<string, StoreCache>();

  constructor(lease: Lease) {
    this.#lease = lease;
  }

  /** Undefined: not known yet, load it. */
  peek(store: string, key: string): Entry | undefined {
    return this.#store(store).peek(key);
  }

  /**
   * Makes the keys known, in one call to the backend for those that are not; only the first of them where so many values
   * would take too much memory.
   */
  async load(store: string, keys: readonly string[]): Promise<void> {
    const cache = this.#store(store);
    const unknown = [...new Set(keys)].filter((key) => cache.peek(key) === undefined).slice(0, cache.maxLoad);
    if (unknown.length === 0) return;
    cache.beginLoad();
    try {
      const values = await this.#lease.load(store, unknown);
      cache.remember(unknown.map((key, index) => ({ key, value: values[index] ?? null })));
    } finally {
      cache.endLoad();
    }
  }

  async get(store: string, key: string): Promise<Entry> {
    for (;;) {
      const found = this.peek(store, key);
      if (found !== undefined) return found;
      await this.load(store, [key]);
    }
  }

  stage({ store, key, value }: StateWrite): void {
    this.#store(store).stage(key, value);
  }

  /** The writes are stored. */
  committed(writes: readonly StateWrite[]): void {
    for (const { store, key, value } of writes) this.#store(store).committed(key, value);
  }

  #store(name: string): StoreCache {
    let store = this.#stores.get(name);
    if (!store) {
      store = new StoreCache();
      this.#stores.set(name, store);
    }
    return store;
  }
}
