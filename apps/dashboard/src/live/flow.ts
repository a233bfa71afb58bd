import type { Flow } from '../api/snapshot.ts';

const samples = 20;

/** Counts the messages that go through, and keeps a few of each topic to be shown moving. */
export class FlowCounter {
  #since = Date.now();
  readonly #topics = new Map<string, { count: number; partitions: number[] }>();
  #perSecond = 0;

  add(topic: string, partition: number, count: number): void {
    const known = this.#topics.get(topic);
    const flow = known ?? { count: 0, partitions: [] };
    if (!known) this.#topics.set(topic, flow);
    flow.count += count;
    for (let left = Math.min(count, samples - flow.partitions.length); left > 0; left--)
      flow.partitions.push(partition);
  }

  /** Messages per second between the last two calls of `take`. */
  get perSecond(): number {
    return this.#perSecond;
  }

  /** What went through since the last call. */
  take(now: number): Flow {
    const flow = {
      at: now,
      overMs: now - this.#since,
      topics: [...this.#topics].map(([topic, { count, partitions }]) => ({ topic, count, partitions })),
    };
    const counted = flow.topics.reduce((sum, { count }) => sum + count, 0);
    this.#perSecond = (counted * 1_000) / Math.max(flow.overMs, 1);
    this.#since = now;
    this.#topics.clear();
    return flow;
  }
}
