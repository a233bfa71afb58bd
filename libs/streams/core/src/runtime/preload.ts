import { asBuffer } from '../as-buffer.ts';
import type { Delivery } from '../record.ts';
import type { StateCache } from './state-cache.ts';

export interface StateKey {
  readonly store: string;
  readonly key: string;
}

/** Keys that begin in so many ways in one store can hardly be told beforehand. */
const maxPrefixes = 4;

/**
 * Loads a batch's state in one call per store. Which keys that takes it learns from those that handlers had to load
 * by themselves: the message's own key, or that with a prefix, such as `sale:` and the key.
 */
export class Preloader {
  /** By topic and store: what stands before the message's key. */
  readonly #prefixes = new Map<string, Map<string, Set<string>>>();

  /** The handler of the message had to load these. */
  readonly learn = ({ topic, key }: Delivery, misses: readonly StateKey[]): void => {
    const text = textOf(key);
    if (text === undefined) return;
    for (const missed of misses) {
      if (!missed.key.endsWith(text)) continue;
      const known = this.#prefixesOf(topic, missed.store);
      if (known.size < maxPrefixes) known.add(missed.key.slice(0, missed.key.length - text.length));
    }
  };

  async prepare(state: StateCache, deliveries: readonly Delivery[]): Promise<void> {
    if (this.#prefixes.size === 0) return;
    const keysOf = new Map<string, string[]>();
    for (const delivery of deliveries) {
      const stores = this.#prefixes.get(delivery.topic);
      const text = stores && textOf(delivery.key);
      if (!stores || text === undefined) continue;
      for (const [store, prefixes] of stores) {
        const keys = keysOf.get(store) ?? [];
        keysOf.set(store, keys);
        for (const prefix of prefixes) keys.push(prefix + text);
      }
    }
    await Promise.all([...keysOf].map(([store, keys]) => state.load(store, keys)));
  }

  #prefixesOf(topic: string, store: string): Set<string> {
    const stores = this.#prefixes.get(topic) ?? new Map<string, Set<string>>();
    this.#prefixes.set(topic, stores);
    const prefixes = stores.get(store) ?? new Set<string>();
    stores.set(store, prefixes);
    return prefixes;
  }
}

/** Undefined where every other key would end with it. */
function textOf(key: Uint8Array | null): string | undefined {
  return key === null || key.length === 0 ? undefined : asBuffer(key).toString();
}
