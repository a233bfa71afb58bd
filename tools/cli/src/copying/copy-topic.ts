import { type Driver, isStreamsError, type RawHeader, StreamsError } from '@millrace/streams';
import { batchesOf } from './batches.ts';
import type { Checkpoint } from './checkpoint.ts';
import { type CopiedRecord, keepsTimes, timeHeader } from './copied-record.ts';
import type { Progress } from './progress.ts';
import type { Source, SourcePartition } from './source.ts';

export interface CopyOptions {
  readonly to: Driver;
  /** The name of the topic there. */
  readonly topic: string;
  readonly checkpoint: Checkpoint;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Resolves to the number of records stored by this call. Every partition keeps its number, so keys keep their order. */
export async function copyTopic(source: Source, options: CopyOptions): Promise<number> {
  await ensureTopic(source, options);
  const { checkpoint, progress } = options;
  const done = source.partitions.reduce(
    (sum, { partition }) => sum + checkpoint.partition(partition).records,
    0,
  );
  const total = source.partitions.reduce((sum, { records }) => sum + records, 0);
  progress.start(Math.max(total, done), done);
  const counts = await Promise.all(
    source.partitions.map((partition) => copyPartition(source, partition, options)),
  );
  progress.stop();
  return counts.reduce((sum, count) => sum + count, 0);
}

async function copyPartition(
  source: Source,
  { partition, end }: SourcePartition,
  { to, topic, checkpoint, progress, signal }: CopyOptions,
): Promise<number> {
  let state = checkpoint.partition(partition);
  const reached = state.end === undefined || state.end === state.after;
  const goal = reached ? end : state.end;
  if (goal === undefined || goal === state.after) return 0;
  state = { ...state, end: goal };
  await checkpoint.save(partition, state);
  let count = 0;
  for await (const batch of batchesOf(source.read(partition, state.after, goal))) {
    if (signal.aborted) throw new StreamsError('ABORTED', 'interrupted; the same call goes on from here');
    const records = batch.map((record) => newRecord(record, to, topic, partition));
    await to.append(records, {
      acks: 'all',
      once: { producer: checkpoint.producer, sequence: state.batches + 1 },
    });
    count += batch.length;
    state = {
      ...state,
      after: batch.at(-1)?.offset ?? state.after,
      batches: state.batches + 1,
      records: state.records + batch.length,
    };
    await checkpoint.save(partition, state);
    progress.add(batch.length);
  }
  // Records that were trimmed or never visible may have been the last ones.
  await checkpoint.save(partition, { ...state, after: goal });
  return count;
}

function newRecord(
  record: CopiedRecord,
  to: Driver,
  topic: string,
  partition: number,
): Parameters<Driver['append']>[0][number] {
  const { key, value, headers, timestamp } = record;
  const time: RawHeader = [timeHeader, Buffer.from(String(timestamp))];
  const rawHeaders = keepsTimes(to) ? headers : [...headers, time];
  return { topic, partition, key, value, headers: {}, rawHeaders, timestamp };
}

async function ensureTopic(source: Source, { to, topic }: CopyOptions): Promise<void> {
  const count = source.partitions.length;
  try {
    await to.admin.ensureTopics([{ name: topic, partitions: count, retention: source.retention }]);
  } catch (error) {
    if (!isStreamsError(error, 'TOPIC_MISMATCH')) throw error;
    throw new StreamsError(
      'TOPIC_MISMATCH',
      `${topic} is there with another number of partitions than the ${count} of ${source.topic}; copy it under another name (--as)`,
      { cause: error },
    );
  }
}
