import type { StoredRecord } from './record.ts';

interface Source {
  readonly chunks: AsyncIterator<StoredRecord[]>;
  queue: StoredRecord[];
  head: number;
  arriving: Promise<void> | undefined;
  ended: boolean;
}

/**
 * Runs of records of several partitions, each partition in its order, the earliest timestamp first among those that are
 * there: in a bounded read (`exact`) all of them, otherwise a partition with nothing new holds up no other one.
 * One chunk a partition is in memory.
 */
export async function* mergeByTime(
  partitions: readonly AsyncIterable<StoredRecord[]>[],
  exact: boolean,
  /** Ends waits for records to come, so that the sources can be closed. */
  stop: () => void = () => undefined,
): AsyncGenerator<readonly StoredRecord[], void, undefined> {
  const sources = partitions.map(
    (partition): Source => ({
      chunks: partition[Symbol.asyncIterator](),
      queue: [],
      head: 0,
      arriving: undefined,
      ended: false,
    }),
  );
  try {
    for (;;) {
      for (const source of sources) ask(source);
      const waits = sources.map((source) => source.arriving).filter((wait) => wait !== undefined);
      const ready = sources.some((source) => source.head < source.queue.length);
      if (!ready && waits.length === 0) return;
      if (exact) await Promise.all(waits);
      else if (!ready) await Promise.race(waits);
      // Partitions whose next chunk is a moment away take part in the choice too.
      else if (waits.length > 0)
        await Promise.race([Promise.all(waits), new Promise((resolve) => setImmediate(resolve))]);
      const next = earliest(sources);
      if (next) yield takeWhileEarliest(next, sources);
    }
  } finally {
    stop();
    await Promise.allSettled(sources.map((source) => source.chunks.return?.()));
  }
}

function takeWhileEarliest(source: Source, sources: readonly Source[]): readonly StoredRecord[] {
  const limit = Math.min(...sources.filter((other) => other !== source).map(timeOf));
  const first = source.head;
  while (source.head < source.queue.length && timeOf(source) <= limit) source.head += 1;
  return source.queue.slice(first, source.head);
}

function earliest(sources: readonly Source[]): Source | undefined {
  let best: Source | undefined;
  for (const source of sources) {
    if (source.head < source.queue.length && (!best || timeOf(source) < timeOf(best))) best = source;
  }
  return best;
}

function timeOf(source: Source): number {
  return source.queue[source.head]?.timestamp ?? Number.POSITIVE_INFINITY;
}

function ask(source: Source): void {
  if (source.ended || source.arriving || source.head < source.queue.length) return;
  source.arriving = source.chunks.next().then((result) => {
    source.arriving = undefined;
    if (result.done) source.ended = true;
    else {
      source.queue = result.value;
      source.head = 0;
    }
  });
}
