import type { Streams } from '@millrace/streams';
import type { FactLog } from './fact-log.ts';
import { waitUntil } from './wait-until.ts';

/** Where the groups of a run stand, as the backend says. */
export class StageGroups {
  readonly #streams: Streams;
  readonly #log: FactLog;
  readonly #signal: AbortSignal;

  constructor(streams: Streams, log: FactLog, signal: AbortSignal) {
    this.#streams = streams;
    this.#log = log;
    this.#signal = signal;
  }

  /** Resolves once the group has acknowledged all that is stored. */
  async untilCaughtUp(group: string): Promise<void> {
    await waitUntil(`${group} has caught up`, this.#signal, async () => (await this.lag(group)) === 0);
  }

  /** Records that the group has not acknowledged, as the backend says. */
  async lag(group: string): Promise<number> {
    const { partitions } = await this.#streams.admin.describeGroup(group);
    return partitions.reduce((sum, { lag }) => sum + (lag ?? 0), 0);
  }

  /** Asks the backend for the group's positions, and tells them. */
  async listOffsets(group: string): Promise<void> {
    const { partitions } = await this.#streams.admin.describeGroup(group);
    const topics = new Map<string, string | null>();
    for (const name of new Set(partitions.map(({ topic }) => topic))) {
      const { partitions: described } = await this.#streams.admin.describe(name);
      for (const { partition, last } of described) topics.set(`${name}:${partition}`, last ?? null);
    }
    this.#log.tell({
      kind: 'offsets-listed',
      group,
      partitions: partitions.map(({ topic, partition, committed, lag }) => ({
        topic,
        partition,
        last: topics.get(`${topic}:${partition}`) ?? null,
        committed: committed ?? null,
        lag: lag ?? null,
      })),
    });
  }
}
