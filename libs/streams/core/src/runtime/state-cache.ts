import type { Lease, StateWrite } from '../lease.ts';

/** JSON text, null where the key is known to be absent. */
type Entry = string | null;

const maxEntries = 20_000;
const maxCharacters = 2_000_000;

/**
 * The state of one lease as its handlers see it: what is staged but not committed yet above what is stored.
 * A lease owns its state alone, so what was read once stays true until the lease ends; memory is bounded by
 * dropping the least recently used of the committed entries.
 */
export class StateCache {
  readonly #lease: Lease;
  readonly #staged = new Map<string, Entry>();
  readonly #committed = new Map<string, Entry>();
  #characters = 0;

  constructor(lease: Lease) {
    this.#lease = lease;
  }

  /** Undefined: not known yet, load it. */
  peek(store: string, key: string): Entry | undefined {
    const name = nameOf(store, key);
    const staged = this.#staged.get(name);
    if (staged !== undefined) return staged;
    const committed = this.#committed.get(name);
    if (committed !== undefined) {
      this.#committed.delete(name);
      this.#committed.set(name, committed);
    }
    return committed;
  }

  /** Makes the keys known, in one call to the backend for those that are not. */
  async load(store: string, keys: readonly string[]): Promise<void> {
    const unknown = [...new Set(keys)].filter((key) => this.peek(store, key) === undefined);
    if (unknown.length === 0) return;
    const values = await this.#lease.load(store, unknown);
    unknown.forEach((key, index) => {
      const name = nameOf(store, key);
      if (!this.#staged.has(name)) this.#remember(name, values[index] ?? null);
    });
    this.#evict(unknown.length);
  }

  stage(write: StateWrite): void {
    this.#staged.set(nameOf(write.store, write.key), write.value);
  }

  /** The writes are stored; unless written again since, they need no keeping. */
  committed(writes: readonly StateWrite[]): void {
    for (const write of writes) {
      const name = nameOf(write.store, write.key);
      if (this.#staged.get(name) === write.value) this.#staged.delete(name);
      this.#remember(name, write.value);
    }
    this.#evict(0);
  }

  #remember(name: string, value: Entry): void {
    this.#forget(name);
    this.#committed.set(name, value);
    this.#characters += name.length + (value?.length ?? 0);
  }

  #forget(name: string): void {
    const old = this.#committed.get(name);
    if (old === undefined) return;
    this.#committed.delete(name);
    this.#characters -= name.length + (old?.length ?? 0);
  }

  /** Never drops the `keep` newest: a handler is about to read them. */
  #evict(keep: number): void {
    if (this.#committed.size <= maxEntries && this.#characters <= maxCharacters) return;
    for (const name of this.#committed.keys()) {
      if (this.#committed.size <= Math.max(keep, 1)) return;
      if (this.#committed.size <= maxEntries && this.#characters <= maxCharacters) return;
      this.#forget(name);
    }
  }
}

function nameOf(store: string, key: string): string {
  return `${store}\u0000${key}`;
}
