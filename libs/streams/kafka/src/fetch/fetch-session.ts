import type { PartitionToFetch, SessionFetch } from '../wire/fetch.ts';

const lastEpoch = 0x7fff_ffff;

/** What a broker remembers of the partitions that one reader fetches, so that it is only told of what changes (KIP-227). */
export class FetchSession {
  #id = 0;
  #epoch = 0;
  #known = new Map<string, PartitionToFetch>();

  /** What the next request has to say so that these are fetched, and no others. */
  next(wanted: ReadonlyMap<string, PartitionToFetch>): SessionFetch {
    const [sessionId, epoch] = [this.#id, this.#epoch];
    if (epoch === 0) this.#known.clear();
    const partitions: PartitionToFetch[] = [];
    for (const [key, partition] of wanted) {
      const known = this.#known.get(key);
      if (known && known.offset === partition.offset && known.maxBytes === partition.maxBytes) continue;
      this.#known.set(key, partition);
      partitions.push(partition);
    }
    const forgotten: PartitionToFetch[] = [];
    for (const [key, partition] of this.#known) {
      if (wanted.has(key)) continue;
      this.#known.delete(key);
      forgotten.push(partition);
    }
    return { sessionId, epoch, partitions, forgotten };
  }

  /** The broker answered; without an id it has no room for a session, and is told everything each time. */
  answered(sessionId: number): void {
    this.#id = sessionId;
    if (sessionId === 0) this.#epoch = 0;
    else this.#epoch = this.#epoch === lastEpoch ? 1 : this.#epoch + 1;
  }

  /** What was said last may not have arrived: another session takes the place of this one. */
  reset(): void {
    this.#epoch = 0;
  }
}
