import type { JoinOptions } from '@millrace/streams/driver';
import { ensureCompacted } from '../catalog/internal-topics.ts';
import type { Context } from '../context.ts';
import { endOfLog, listOffsets, partitionName, startOfLog, type TopicPartition } from '../offsets.ts';

export interface ChangelogOptions {
  readonly group: string;
  /** How many partitions the changelog has. */
  readonly partitions: number;
  /** Those that the group reads. */
  readonly topics: readonly string[];
}

export interface Bounds {
  readonly first: number;
  readonly end: number;
}

const suffix = '-changelog';

/** `<group>-changelog`: compacted, partition i holds what the lease of partition i keeps. */
export function changelogTopic(group: string): string {
  return `${group}${suffix}`;
}

export function isChangelog(topic: string): boolean {
  return topic.endsWith(suffix);
}

export function keepsState({ stores, dedupeWindow }: JoinOptions): boolean {
  return stores.length > 0 || dedupeWindow > 0;
}

export async function ensureChangelog(
  context: Context,
  { group, partitions, topics }: ChangelogOptions,
): Promise<void> {
  await ensureCompacted(context, changelogTopic(group), partitions, topics);
}

/** Whether the group has kept anything. */
export async function hasChanges(context: Context, group: string, partitions: number): Promise<boolean> {
  const topic = changelogTopic(group);
  const places = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }));
  return (await boundsOf(context, places)).some(({ first, end }) => end > first);
}

/** The first offset of each partition, and the one after its last. */
export async function boundsOf(
  { connections }: Context,
  places: readonly TopicPartition[],
): Promise<Bounds[]> {
  const ask = (timestamp: number): Promise<Map<string, number>> =>
    listOffsets(
      connections,
      places.map((place) => ({ ...place, timestamp })),
      'everything',
    );
  const [firsts, ends] = await Promise.all([ask(startOfLog), ask(endOfLog)]);
  return places
    .map(partitionName)
    .map((name) => ({ first: firsts.get(name) ?? 0, end: ends.get(name) ?? 0 }));
}
