import type { Delivery } from '@millrace/streams';
import { compareIds } from './ids.ts';

interface Entry {
  readonly id: string;
  /** Tries begun before the present one. */
  tries: number;
}

const roomForHoles = 1_024;

/** The entries of a stream that were fetched and not settled, oldest first. They are settled from the front, mostly. */
export class Unsettled {
  #entries: Entry[] = [];
  #first = 0;

  get size(): number {
    return this.#entries.length - this.#first;
  }

  /** Deliveries in order. */
  add(deliveries: readonly Delivery[]): void {
    const last = this.#entries.at(-1);
    const [first] = deliveries;
    for (const { offset, attempt } of deliveries) this.#entries.push({ id: offset, tries: attempt - 1 });
    if (last && first && compareIds(first.offset, last.id) < 0)
      this.#replace(this.all().sort((a, b) => compareIds(a.id, b.id)));
  }

  has(id: string): boolean {
    return this.#find(id) !== undefined;
  }

  /** For one that is here. */
  tried(id: string, tries: number): void {
    const entry = this.#find(id);
    if (entry) entry.tries = tries;
  }

  delete(ids: readonly string[]): void {
    const isFront = ids.every((id, index) => this.#entries[this.#first + index]?.id === id);
    if (!isFront) {
      const gone = new Set(ids);
      this.#replace(this.all().filter(({ id }) => !gone.has(id)));
      return;
    }
    this.#first += ids.length;
    if (this.#first > roomForHoles && this.#first * 2 > this.#entries.length) this.#replace(this.all());
  }

  clear(): void {
    this.#replace([]);
  }

  all(): Entry[] {
    return this.#entries.slice(this.#first);
  }

  #find(id: string): Entry | undefined {
    for (let index = this.#first; index < this.#entries.length; index++)
      if (this.#entries[index]?.id === id) return this.#entries[index];
    return undefined;
  }

  #replace(entries: Entry[]): void {
    this.#entries = entries;
    this.#first = 0;
  }
}
