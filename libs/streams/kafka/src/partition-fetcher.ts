import type { Cluster, Connections } from './client/cluster.ts';
import { isKafkaError, KafkaError } from './client/kafka-error.ts';
import { endOfLog, listOffsets, type Place, placeName, startOfLog } from './offsets.ts';
import { decodeBatches, type WireRecord } from './wire/batch-decoder.ts';
import { fetchRequest } from './wire/fetch.ts';

export interface Fetched {
  readonly records: readonly WireRecord[];
  /** Offsets that were skipped because the broker has them no more. */
  readonly lost?: { readonly from: number; readonly through: number };
}

export interface FetchLimits {
  /** How long the broker may wait for the first record. */
  readonly maxWaitMs: number;
  readonly maxBytes: number;
}

/** Fetches one partition over a connection of its own, so that waiting for it keeps nobody else waiting. */
export class PartitionFetcher {
  readonly place: Place;
  /** The next offset to fetch; behind transaction markers when there is nothing else before it. */
  next: number;
  /** Before this offset everything is committed or aborted; undefined until the first fetch. */
  stable: number | undefined;
  readonly #connections: Connections;

  constructor(cluster: Cluster, place: Place, from: number) {
    this.#connections = cluster.connections();
    this.place = place;
    this.next = from;
  }

  /** One request; throws when it failed, and may simply be called again. */
  async fetch(limits: FetchLimits): Promise<Fetched> {
    const { topic, partition } = this.place;
    const from = this.next;
    const request = fetchRequest([{ ...this.place, offset: from }], limits);
    const [answer] = await this.#connections.atLeader(topic, partition, request);
    if (!answer) return { records: [] };
    if (answer.errorCode !== 0) {
      this.#connections.forgetIfStale(topic, answer.errorCode);
      const error = new KafkaError(answer.errorCode, `${placeName(this.place)} was not read`);
      if (isKafkaError(error, 'OFFSET_OUT_OF_RANGE')) return await this.#skip(from);
      throw error;
    }
    this.stable = answer.stableOffset;
    const { records, next } = await decodeBatches(answer.batches, from, answer.aborted);
    if (this.next === from) this.next = next;
    return { records };
  }

  close(): void {
    this.#connections.close();
  }

  /** Goes on where the log begins, or ends when it was cut off before. */
  async #skip(from: number): Promise<Fetched> {
    const ask = async (timestamp: number): Promise<number> => {
      const answers = await listOffsets(this.#connections, [{ ...this.place, timestamp }]);
      return answers.get(placeName(this.place)) ?? 0;
    };
    const first = await ask(startOfLog);
    this.next = from < first ? first : Math.min(from, await ask(endOfLog));
    return from < first ? { records: [], lost: { from, through: first - 1 } } : { records: [] };
  }
}
