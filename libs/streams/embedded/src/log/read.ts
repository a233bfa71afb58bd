import type { End, Start, StoredRecord } from '@millrace/streams';
import type { ReadOptions } from '@millrace/streams/driver';
import type { Partition } from './catalog.ts';
import type { LogEngine } from './log-engine.ts';
import { offsetOf } from './offsets.ts';
import { PartitionReader } from './partition-reader.ts';

/**
 * Chunks of one partition. Beginning and end are fixed when this is called, not at the first iteration. Each chunk is
 * a read transaction of its own, so a slow reader never holds back checkpoints.
 */
export function readPartition(
  engine: LogEngine,
  at: { readonly topic: string; readonly partition: number },
  from: Start,
  options: ReadOptions,
): AsyncIterable<StoredRecord[]> {
  try {
    const partition = engine.catalog.partition(at.topic, at.partition);
    const reader = PartitionReader.records(engine.rows, partition, engine.offsets.start(partition, from));
    const end =
      options.to === undefined ? Number.POSITIVE_INFINITY : endOffset(engine, partition, options.to);
    return chunks(engine, reader, end, options);
  } catch (error) {
    return failing(engine.translate(error));
  }
}

/** The first offset that is not read any more. */
function endOffset(engine: LogEngine, partition: Partition, to: End): number {
  if (to === 'now') return engine.offsets.bounds(partition)?.next ?? 0;
  if ('at' in to) return engine.offsets.at(partition, to.at.getTime());
  return offsetOf(to.through, partition) + 1;
}

async function* chunks(
  engine: LogEngine,
  reader: PartitionReader<StoredRecord>,
  end: number,
  options: ReadOptions,
): AsyncGenerator<StoredRecord[]> {
  const { max, signal, to } = options;
  const follows = to === undefined || (typeof to === 'object' && 'through' in to);
  while (reader.next < end && !signal?.aborted) {
    const { version } = engine.notifier;
    const records = take(engine, reader, Math.min(max, end - reader.next));
    const wanted = before(records, end);
    if (wanted.length > 0) yield wanted;
    else if (records.length > 0) return;
    else if (follows) await nextCommit(engine, version, signal);
    else return;
  }
}

/** STORAGE_CORRUPT when nothing can come any more, because the files are not the log's. */
async function nextCommit(
  engine: LogEngine,
  version: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const problem = engine.problem();
  if (problem !== undefined) throw problem;
  await engine.notifier.after(version, signal);
}

/** Where records are missing a chunk may reach past the end. */
function before(records: StoredRecord[], end: number): StoredRecord[] {
  return Number(records.at(-1)?.offset) < end
    ? records
    : records.filter((record) => Number(record.offset) < end);
}

function take(engine: LogEngine, reader: PartitionReader<StoredRecord>, max: number): StoredRecord[] {
  try {
    return reader.take(max);
  } catch (error) {
    throw engine.translate(error);
  }
}

// biome-ignore lint/correctness/useYield: it fails before anything is read
async function* failing(error: Error): AsyncGenerator<StoredRecord[]> {
  throw error;
}
