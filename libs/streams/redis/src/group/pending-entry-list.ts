import type { Delivery } from '@millrace/streams';
import { compareIds } from '../entries/ids.ts';

interface PendingEntry {
  readonly id: string;
  /** Tries begun before the present one. */
  readonly deliveryCount: number;
}

/** The entries of a stream that were fetched and not acknowledged, oldest first. They are acknowledged from the front, mostly. */
export class PendingEntryList {
  #entries: Delivery[] = [];
  /** Of those that failed since they were fetched. */
  readonly #deliveryCounts = new Map<string, number>();

  get size(): number {
    return this.#entries.length;
  }

  /** The oldest. */
  get first(): string | undefined {
    return this.#entries[0]?.offset;
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

  recordAttempts(id: string, deliveryCount: number): void {
    this.#deliveryCounts.set(id, deliveryCount);
  }

  delete(ids: readonly string[]): void {
    if (this.#deliveryCounts.size > 0) for (const id of ids) this.#deliveryCounts.delete(id);
    const isFront = ids.every((id, index) => this.#entries[index]?.offset === id);
    if (isFront) {
      this.#entries = this.#entries.slice(ids.length);
      return;
    }
    const gone = new Set(ids);
    this.#entries = this.#entries.filter(({ offset }) => !gone.has(offset));
  }

  clear(): void {
    this.#deliveryCounts.clear();
    this.#entries = [];
  }

  all(): PendingEntry[] {
    return this.#entries.map(({ offset, attempt }) => ({
      id: offset,
      deliveryCount: this.#deliveryCounts.get(offset) ?? attempt - 1,
    }));
  }
}
