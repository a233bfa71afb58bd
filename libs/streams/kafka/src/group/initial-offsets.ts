import type { Start } from '@millrace/streams';
import { isTransient, translate } from '../client/errors.ts';
import type { Context } from '../context.ts';
import { partitionName, startOffsets, type TopicPartition } from '../offsets.ts';
import { commitOffsets, fetchCommitted } from './committed-offsets.ts';
import { formatOffsetMetadata } from './offset-metadata.ts';

/** Where the group begins in a topic; of no meaning in another topic that takes its place. */
export interface InitialOffset {
  readonly offset: number;
  readonly topicId: string;
}

/**
 * Where the group begins in places of which it knows nothing yet: fixed as it is joined, and kept by the group where
 * that has no members, so that nothing stored from now on is missed. Not where `hasState` says so: its state may belong to
 * other positions, which each lease finds out. By place name.
 */
export async function commitInitialOffsets(
  context: Context,
  group: string,
  topics: Readonly<Record<string, number>>,
  start: Start,
  hasState: () => Promise<boolean>,
): Promise<Map<string, InitialOffset>> {
  const { connections } = context;
  const places: TopicPartition[] = Object.entries(topics).flatMap(([topic, count]) =>
    Array.from({ length: count }, (_, partition) => ({ topic, partition })),
  );
  const committed = await fetchCommitted(connections, group, places, false);
  const unknown = places.filter((place) => !committed.has(partitionName(place)));
  if (unknown.length === 0) return new Map();
  // Partitions that a topic got after the group began to read it hold nothing older than the group.
  const read = new Set([...committed.values()].map(({ topic }) => topic));
  const added = unknown.filter(({ topic }) => read.has(topic));
  const fresh = unknown.filter(({ topic }) => !read.has(topic));
  const starts = new Map([
    ...(await startOffsets(connections, fresh, start)),
    ...(await startOffsets(connections, added, 'earliest')),
  ]);
  const begun = new Map<string, InitialOffset>();
  for (const place of unknown) {
    const { id: topicId } = await connections.topic(place.topic);
    begun.set(partitionName(place), { offset: starts.get(partitionName(place)) ?? 0, topicId });
  }
  if (await hasState()) return begun;
  const offsets = unknown.map((place) => {
    const { offset = 0, topicId } = begun.get(partitionName(place)) ?? {};
    const note = { from: offset, ...(topicId === undefined ? {} : { topic: topicId }) };
    return { ...place, offset, metadata: formatOffsetMetadata(note) };
  });
  try {
    await commitOffsets(connections, group, offsets);
  } catch (error) {
    // The group has members: whoever gets the lease keeps it then.
    const known = isTransient(error) || translate(error, '').code === 'FENCED';
    if (!known) throw error;
  }
  return begun;
}
