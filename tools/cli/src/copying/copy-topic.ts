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
  /** Of two offsets of the source. */
  readonly compare: (one: string, other: string) => number;
}

/** Resolves to the number of records stored by this call. Every partition keeps its number, so keys keep their order. */
export async function copyTopic(source: Source, options: CopyOptions): Promise<number> {
  await checkResumable(source, options);
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
  for await (const batch of batchesOf(source.read(partition, state.after, goal), checkpoint.batchRecords)) {
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

/** Going on makes sense only between the topics that the copy was begun with. */
async function checkResumable(
  source: Source,
  { to, topic, checkpoint, compare }: CopyOptions,
): Promise<void> {
  const begun = source.partitions.filter(({ partition }) => checkpoint.partition(partition).records > 0);
  if (begun.length === 0) return;
  if (!(await to.admin.topics()).includes(topic))
    throw new StreamsError(
      'TOPIC_MISMATCH',
      `${topic} is gone since an earlier call copied to it; --restart copies all of it again`,
    );
  for (const { partition, end } of begun) {
    const { after } = checkpoint.partition(partition);
    if (end !== undefined && after !== undefined && compare(end, after) < 0)
      throw new StreamsError(
        'TOPIC_MISMATCH',
        `${source.topic} ends at ${end} in partition ${partition}, before ${after}, which an earlier call copied: it was made again; --restart copies all of it`,
      );
  }
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
