import type { Counter } from '@opentelemetry/api';

/** Partitions that move this close together move in one rebalance. */
const sameRebalanceMs = 1_000;

/** Counts rebalances by the leases that come and go. */
export class RebalanceCounter {
  readonly #counter: Counter;
  readonly #now: () => number;
  readonly #movedAt = new Map<string, number>();

  constructor(counter: Counter, now: () => number = () => performance.now()) {
    this.#counter = counter;
    this.#now = now;
  }

  moved(group: string): void {
    const now = this.#now();
    const before = this.#movedAt.get(group);
    this.#movedAt.set(group, now);
    if (before === undefined || now - before >= sameRebalanceMs) this.#counter.add(1, { group });
  }
}
