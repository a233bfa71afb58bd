import { retry, retryWithinMs } from '../client/retry.ts';
import type { Context } from '../context.ts';
import { SingleFetches } from '../fetch/fetch-source.ts';
import { PartitionFetcher } from '../fetch/partition-fetcher.ts';
import { partitionName, type TopicPartition } from '../offsets.ts';

/** Beyond so many offsets nobody reads a partition only to count: markers of transactions count as records then. */
const most = 5_000_000;
const limits = { maxWaitMs: 0, maxBytes: 4 * 1024 * 1024 };

interface Count {
  readonly begin: number;
  /** Counted up to this offset, excluded. */
  readonly end: number;
  readonly records: number;
  readonly first: number;
  readonly last: number;
}

/**
 * How many records partitions hold. Offsets alone do not tell, because markers of transactions have some too, so the
 * headers of batches are read; what was counted once is remembered.
 */
export class RecordCounts {
  readonly #counts = new Map<string, Count>();

  async of(
    context: Context,
    place: TopicPartition,
    begin: number,
    end: number,
  ): Promise<Pick<Count, 'records' | 'first' | 'last'>> {
    const known = this.#counts.get(partitionName(place));
    const usable = known && known.begin === begin && known.end <= end;
    const before: Count = usable ? known : { begin, end: begin, records: 0, first: -1, last: -1 };
    if (end - before.end > most) return { records: end - begin, first: begin, last: end - 1 };
    const count = await countOn(context, place, before, end);
    this.#counts.set(partitionName(place), count);
    return count;
  }
}

async function countOn(context: Context, place: TopicPartition, before: Count, end: number): Promise<Count> {
  let { records, first, last } = before;
  if (before.end >= end) return before;
  const { cluster, connections } = context;
  const source = new SingleFetches(connections);
  const fetcher = new PartitionFetcher({ cluster, source }, place, before.end);
  try {
    while (fetcher.next < end) {
      const counted = await retry({ ms: retryWithinMs }, () => fetcher.count(limits, end));
      records += counted.records;
      if (first < 0) first = counted.first;
      last = Math.max(last, counted.last);
    }
  } finally {
    fetcher.close();
  }
  return { begin: before.begin, end: fetcher.next, records, first, last };
}
