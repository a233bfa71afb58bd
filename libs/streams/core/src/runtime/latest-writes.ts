import type { StateWrite } from '../lease.ts';

/** Up to here a look through the list is quicker than an index. */
const few = 8;

/** Writes of which the last one to a key counts. */
export class LatestWrites {
  readonly #writes: StateWrite[] = [];
  /** Where the write to each key of each store stands. */
  #index: Map<string, Map<string, number>> | undefined;

  get all(): readonly StateWrite[] {
    return this.#writes;
  }

  find(store: string, key: string): StateWrite | undefined {
    return this.#writes[this.#positionOf(store, key)];
  }

  set(write: StateWrite): void {
    const position = this.#positionOf(write.store, write.key);
    if (position >= 0) {
      this.#writes[position] = write;
      return;
    }
    this.#writes.push(write);
    if (this.#index) addTo(this.#index, write, this.#writes.length - 1);
  }

  #positionOf(store: string, key: string): number {
    if (this.#writes.length > few) return this.#indexed().get(store)?.get(key) ?? -1;
    for (let position = 0; position < this.#writes.length; position++) {
      const write = this.#writes[position];
      if (write?.key === key && write.store === store) return position;
    }
    return -1;
  }

  #indexed(): Map<string, Map<string, number>> {
    if (!this.#index) {
      this.#index = new Map();
      for (const [position, write] of this.#writes.entries()) addTo(this.#index, write, position);
    }
    return this.#index;
  }
}

function addTo(index: Map<string, Map<string, number>>, { store, key }: StateWrite, position: number): void {
  const keys = index.get(store);
  if (keys) keys.set(key, position);
  else index.set(store, new Map([[key, position]]));
}
