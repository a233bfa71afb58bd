import type { End, Start, StoredRecord, Streams } from '@millrace/streams';
import { rawTopic } from '@millrace/streams';

export interface PartitionStart {
  readonly partition: number;
  readonly from: Start;
}

export interface MergedReadOptions {
  readonly partitions: readonly PartitionStart[];
  /** Default: what is stored now. */
  readonly to?: End;
  readonly signal: AbortSignal;
}

/** Records of several partitions, each from where it is told, the oldest first. Ends early once the signal aborts. */
export async function* readMerged(
  streams: Streams,
  topic: string,
  { partitions, to = 'now', signal }: MergedReadOptions,
): AsyncGenerator<StoredRecord, void, undefined> {
  const sources = partitions.map(({ partition, from }) =>
    streams.read(rawTopic(topic), { from, to, partitions: [partition], signal })[Symbol.asyncIterator](),
  );
  const next = async (source: (typeof sources)[number]): Promise<StoredRecord | undefined> => {
    const { value, done } = await source.next();
    return done ? undefined : value.record;
  };
  try {
    const heads = await Promise.all(sources.map(next));
    for (;;) {
      let oldest = -1;
      for (const [index, head] of heads.entries()) {
        if (head && (oldest < 0 || head.timestamp < (heads[oldest]?.timestamp ?? 0))) oldest = index;
      }
      const [record, source] = [heads[oldest], sources[oldest]];
      if (!record || !source || signal.aborted) return;
      yield record;
      heads[oldest] = await next(source);
    }
  } finally {
    await Promise.all(sources.map((source) => source.return?.()));
  }
}
