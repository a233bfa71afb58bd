import { bytes, type GroupPartition, type Streams, topic } from '@millrace/streams';

interface Known {
  readonly committed: string | undefined;
  readonly timestamp: number;
}

/** Records read in one round: a backend with hundreds of partitions is asked for the rest in the next rounds. */
const readsPerRound = 64;
const kept = 4_096;
const timeoutMs = 2_000;

/**
 * How old the oldest unacknowledged record of a partition is: the first after the committed position is read once and
 * remembered until the position moves.
 */
export class OldestAge {
  readonly #streams: Streams;
  readonly #known = new Map<string, Known>();
  #left = readsPerRound;

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  beginRound(): void {
    this.#left = readsPerRound;
    if (this.#known.size > kept) this.#known.clear();
  }

  /** Milliseconds; 0 when nothing is unacknowledged, undefined when it cannot be said (yet). */
  async of(group: string, partition: GroupPartition, now: number): Promise<number | undefined> {
    if (partition.lag === 0 && (partition.pending ?? 0) === 0) return 0;
    if (partition.lag === undefined && partition.pending === undefined) return undefined;
    const name = `${group}\n${partition.topic}\n${partition.partition}`;
    const known = this.#known.get(name);
    if (known && known.committed === partition.committed) return Math.max(now - known.timestamp, 0);
    if (this.#left <= 0) return undefined;
    this.#left--;
    const timestamp = await this.#firstAfter(partition);
    if (timestamp === undefined) return undefined;
    this.#known.set(name, { committed: partition.committed, timestamp });
    return Math.max(now - timestamp, 0);
  }

  async #firstAfter({ topic: name, partition, committed }: GroupPartition): Promise<number | undefined> {
    const from =
      committed === undefined ? 'earliest' : { after: { topic: name, partition, offset: committed } };
    const raw = topic<Uint8Array>(name, { codec: bytes });
    const signal = AbortSignal.timeout(timeoutMs);
    const records = this.#streams.read(raw, { from, to: 'now', limit: 1, partitions: [partition], signal });
    for await (const { timestamp } of records) return timestamp;
    return undefined;
  }
}
