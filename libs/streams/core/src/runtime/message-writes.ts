import type { StateWrite } from '../lease.ts';

/** Up to here a look through the list is quicker than an index. */
const few = 8;

/** The writes of one try of a message; the last one to a key counts. */
export class MessageWrites {
  readonly #writes: StateWrite[] = [];
  #index: Map<string, number> | undefined;

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
    this.#index?.set(nameOf(write.store, write.key), this.#writes.length - 1);
  }

  #positionOf(store: string, key: string): number {
    if (this.#writes.length > few) return this.#indexed().get(nameOf(store, key)) ?? -1;
    for (let position = 0; position < this.#writes.length; position++) {
      const write = this.#writes[position];
      if (write?.key === key && write.store === store) return position;
    }
    return -1;
  }

  #indexed(): Map<string, number> {
    this.#index ??= new Map(this.#writes.map(({ store, key }, position) => [nameOf(store, key), position]));
    return this.#index;
  }
}

function nameOf(store: string, key: string): string {
  return `${store}\u0000${key}`;
}
