import { type GroupPartition, rawTopic, type Start, type Streams, StreamsError } from '@millrace/streams';
import type { SeekMove, SeekPlan } from '../api/details.ts';

export interface SeekRequest {
  readonly group: string;
  readonly to: Start;
  readonly topic: string | undefined;
  readonly partition: number | undefined;
}

/** Records counted to say what a move means; of more the change of the lag is unknown. */
const mostCounted = 50_000;
const withinMs = 10_000;

/** What a move would do. Changes nothing. */
export async function planSeek(
  streams: Streams,
  { group, to, topic, partition }: SeekRequest,
): Promise<SeekPlan> {
  const { partitions } = await streams.admin.describeGroup(group);
  const chosen = partitions.filter(
    (each) =>
      (topic === undefined || each.topic === topic) &&
      (partition === undefined || each.partition === partition),
  );
  if (chosen.length === 0)
    throw new StreamsError('INVALID_ARGUMENT', `the group ${group} reads no such topic or partition`);
  const moves: SeekMove[] = [];
  for (const each of chosen) moves.push(await moveOf(streams, each, to));
  return { group, moves, done: false };
}

/** GROUP_ACTIVE while the group has members. */
export async function seek(streams: Streams, request: SeekRequest): Promise<SeekPlan> {
  const plan = await planSeek(streams, request);
  const { group, to, topic, partition } = request;
  await streams.admin.seek(group, to, {
    ...(topic === undefined ? {} : { topic }),
    ...(partition === undefined ? {} : { partition }),
  });
  return { ...plan, done: true };
}

async function moveOf(streams: Streams, at: GroupPartition, to: Start): Promise<SeekMove> {
  const { topic, partition, committed, lag } = at;
  const { next, count } = await recordsFrom(streams, at, to);
  return {
    topic,
    partition,
    from: committed ?? null,
    next,
    lagChange: count === undefined || lag === undefined ? null : count - lag,
  };
}

async function recordsFrom(
  streams: Streams,
  { topic, partition }: GroupPartition,
  from: Start,
): Promise<{ next: string | null; count: number | undefined }> {
  if (from === 'latest') return { next: null, count: 0 };
  const signal = AbortSignal.timeout(withinMs);
  const records = streams.read(rawTopic(topic), {
    from,
    to: 'now',
    partitions: [partition],
    limit: mostCounted,
    signal,
  });
  let next: string | null = null;
  let count = 0;
  for await (const { record } of records) {
    next ??= record.offset;
    count++;
  }
  return { next, count: count >= mostCounted || signal.aborted ? undefined : count };
}
