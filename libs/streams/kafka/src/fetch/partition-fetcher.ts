import { StreamsError } from '@millrace/streams';
import type { Cluster } from '../client/cluster.ts';
import { isKafkaError, KafkaError } from '../client/kafka-error.ts';
import { endOfLog, listOffsets, partitionName, startOfLog, type TopicPartition } from '../offsets.ts';
import { writeMissingMarkersIn } from '../producer/missing-markers.ts';
import { decodeBatches } from '../wire/batch-decoder.ts';
import { batchesIn } from '../wire/batches.ts';
import type { FetchedPartition } from '../wire/fetch.ts';
import type { WireRecord } from '../wire/wire-record.ts';
import type { FetchLimits, FetchSource } from './fetch-source.ts';

const stuckAfterMs = 3_000;

export interface Fetched {
  readonly records: readonly WireRecord[];
  /** Offsets that were skipped because the broker has them no more. */
  readonly lost?: LostOffsets | undefined;
}

export interface LostOffsets {
  readonly from: number;
  readonly through: number;
  /** `trimmed`: the log begins later. `cut-off`: it ends before, as after the election of a leader that lacked them. */
  readonly how: 'trimmed' | 'cut-off';
}

interface Skipped {
  readonly lost: LostOffsets | undefined;
}

/** The topic was deleted and created again: positions of the old one say nothing about it. */
export class TopicRecreated extends Error {
  override readonly name = 'TopicRecreated';
}

export interface Counted {
  readonly records: number;
  /** The offset of the first one; -1 when there was none. */
  readonly first: number;
  /** The offset of the last one; -1 when there was none. */
  readonly last: number;
}

/** Follows one partition: knows what comes next, what was lost, and when the topic is another one. */
export class PartitionFetcher {
  readonly place: TopicPartition;
  /** The next offset to fetch; behind transaction markers when there is nothing else before it. */
  next: number;
  readonly #cluster: Cluster;
  readonly #source: FetchSource;
  readonly #closing = new AbortController();
  #topicId: string | undefined;
  /** Since when an open transaction has held this reader up. */
  #stuckSince: number | undefined;
  /** Everything before this offset was there when the partition was fetched last; -1 when it was not. */
  #end = -1;

  /** `topicId` is that of the topic to which `from` belongs. Default: the one that is there at the first fetch. */
  constructor(
    { cluster, source }: { readonly cluster: Cluster; readonly source: FetchSource },
    place: TopicPartition,
    from: number,
    topicId?: string,
  ) {
    this.#cluster = cluster;
    this.#source = source;
    this.place = place;
    this.next = from;
    this.#topicId = topicId;
  }

  /** Goes on in the topic that is there now, from its first record. */
  async restart(): Promise<void> {
    const { topic } = this.place;
    this.#topicId = await this.#source.connections.topicId(topic, this.#topicId);
    const begins = await listOffsets(this.#source.connections, [{ ...this.place, timestamp: startOfLog }]);
    this.next = begins.get(partitionName(this.place)) ?? 0;
  }

  /** One request; throws when it failed, and may simply be called again. TopicRecreated when the topic is another one by now. */
  async fetch(limits: FetchLimits): Promise<Fetched> {
    const from = this.next;
    const answer = await this.#request(limits);
    if ('lost' in answer) return { records: [], ...answer };
    const { records, next } = await decodeBatches(answer.batches, from, answer.aborted);
    if (this.next === from) this.next = next;
    return { records };
  }

  /** One request of which the records are only counted, those before `end`. */
  async count(limits: FetchLimits, end: number): Promise<Counted> {
    const from = this.next;
    const answer = await this.#request(limits);
    let [records, first, last] = [0, -1, -1];
    if ('lost' in answer) return { records, first, last };
    for (const batch of batchesIn(answer.batches, answer.aborted)) {
      if (batch.base >= end) break;
      if (batch.visible && batch.last >= from) {
        if (first < 0) first = hasGaps(batch) ? await firstIn(answer, from) : Math.max(batch.base, from);
        records += Math.min(batch.count, batch.last - from + 1);
        last = batch.last;
      }
      this.next = Math.max(this.next, batch.last + 1);
    }
    return { records, first, last };
  }

  close(): void {
    this.#closing.abort(new StreamsError('CLOSED', `the reading of ${partitionName(this.place)} has ended`));
  }

  async #request(limits: FetchLimits): Promise<FetchedPartition | Skipped> {
    const { topic, partition } = this.place;
    const from = this.next;
    const { id } = await this.#source.connections.topic(topic);
    this.#topicId ??= id;
    if (id !== this.#topicId) await this.#confirmRecreated(this.#topicId);
    const position = { topic, topicId: this.#topicId, partition, offset: from };
    const atEnd = this.#end >= 0 && from >= this.#end;
    this.#end = -1;
    const options = { ...limits, atEnd, signal: this.#closing.signal };
    const answer = await this.#source.fetch(position, options);
    if (answer.errorCode === 0) {
      this.#end = answer.stableOffset;
      await this.#watch(answer);
      return answer;
    }
    this.#source.connections.forgetIfStale(topic, answer.errorCode);
    const error = new KafkaError(answer.errorCode, `${partitionName(this.place)} was not read`);
    if (isKafkaError(error, 'OFFSET_OUT_OF_RANGE')) return { lost: await this.#skip(from) };
    throw error;
  }

  async #confirmRecreated(known: string): Promise<void> {
    const { topic } = this.place;
    const id = await this.#source.connections.topicId(topic, known);
    if (id !== known) throw new TopicRecreated(`the topic ${topic} was deleted and created again`);
  }

  /** A transaction ends within seconds; one that does not may be one that was never ended. */
  async #watch({ stableOffset, highWatermark, batches }: FetchedPartition): Promise<void> {
    const stuck = batches.length === 0 && this.next >= stableOffset && stableOffset < highWatermark;
    if (!stuck) this.#stuckSince = undefined;
    else if (this.#stuckSince === undefined) this.#stuckSince = performance.now();
    else if (performance.now() - this.#stuckSince > stuckAfterMs) {
      this.#stuckSince = performance.now();
      await writeMissingMarkersIn(this.#cluster, this.#source.connections, this.place).catch(() => false);
    }
  }

  /** Goes on where the log begins, or ends when it was cut off before. */
  async #skip(from: number): Promise<Skipped['lost']> {
    const ask = async (timestamp: number): Promise<number> => {
      const answers = await listOffsets(this.#source.connections, [{ ...this.place, timestamp }]);
      return answers.get(partitionName(this.place)) ?? 0;
    };
    const first = await ask(startOfLog);
    if (from < first) {
      this.next = first;
      return { from, through: first - 1, how: 'trimmed' };
    }
    const end = await ask(endOfLog);
    if (from <= end) return undefined;
    this.next = end;
    return { from: end, through: from - 1, how: 'cut-off' };
  }
}

/** Compaction leaves the offsets of a batch as they were and takes records out of it. */
function hasGaps({
  base,
  last,
  count,
}: {
  readonly base: number;
  readonly last: number;
  readonly count: number;
}): boolean {
  return count !== last - base + 1;
}

async function firstIn({ batches, aborted }: FetchedPartition, from: number): Promise<number> {
  const { records } = await decodeBatches(batches, from, aborted);
  return records[0]?.offset ?? -1;
}
