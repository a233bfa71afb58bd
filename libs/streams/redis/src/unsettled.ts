import type { Delivery } from '@millrace/streams';
import { compareIds } from './ids.ts';

interface Tried {
  readonly id: string;
  /** Tries begun before the present one. */
  readonly tries: number;
}

/** The entries of a stream that were fetched and not settled, oldest first. They are settled from the front, mostly. */
export class Unsettled {
  #entries: Delivery[] = [];
  /** Of those that failed since they were fetched. */
  readonly #tries = new Map<string, number>();

  get size(): number {
    return this.#entries.length;
  }

  /** Deliveries in order. */
  add(deliveries: readonly Delivery[]): void {
    const last = this.#entries.at(-1);
    const [first] = deliveries;
    for (const delivery of deliveries) this.#entries.push(delivery);
    if (last && first && compareIds(first.offset, last.offset) < 0)
      this.#entries.sort((a, b) => compareIds(a.offset, b.offset));
  }

  has(id: string): boolean {
    return this.#entries.some(({ offset }) => offset === id);
  }

  tried(id: string, tries: number): void {
    this.#tries.set(id, tries);
  }

  delete(ids: readonly string[]): void {
    if (this.#tries.size > 0) for (const id of ids) this.#tries.delete(id);
    const isFront = ids.every((id, index) => this.#entries[index]?.offset === id);
    if (isFront) {
      this.#entries = this.#entries.slice(ids.length);
      return;
    }
    const gone = new Set(ids);
    this.#entries = this.#entries.filter(({ offset }) => !gone.has(offset));
  }

  clear(): void {
    this.#tries.clear();
    this.#entries = [];
  }

  all(): Tried[] {
    return this.#entries.map(({ offset, attempt }) => ({
      id: offset,
      tries: this.#tries.get(offset) ?? attempt - 1,
    }));
  }
}
