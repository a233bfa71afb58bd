import { asBuffer } from '../buffers.ts';
import type { Delivery } from '../record.ts';
import type { StateCache } from './state-cache.ts';

/** Loads a batch's state in one call per store: the stores that a topic's handlers asked for before, at the messages' keys. */
export class Preloader {
  readonly #storesOf = new Map<string, Set<string>>();

  readonly learn = (topic: string, stores: Iterable<string>): void => {
    let known = this.#storesOf.get(topic);
    for (const store of stores) {
      if (!known) {
        known = new Set();
        this.#storesOf.set(topic, known);
      }
      known.add(store);
    }
  };

  async prepare(state: StateCache, deliveries: readonly Delivery[]): Promise<void> {
    if (this.#storesOf.size === 0) return;
    const keysOf = new Map<string, string[]>();
    for (const delivery of deliveries) {
      if (delivery.key === null) continue;
      const key = asBuffer(delivery.key).toString();
      for (const store of this.#storesOf.get(delivery.topic) ?? []) {
        const keys = keysOf.get(store);
        if (keys) keys.push(key);
        else keysOf.set(store, [key]);
      }
    }
    await Promise.all([...keysOf].map(([store, keys]) => state.load(store, keys)));
  }
}
