import type { Context } from '../context.ts';
import type { LostOffsets } from '../fetch/partition-fetcher.ts';
import { endOfLog, listOffsets, partitionName, startOffsets, type TopicPartition } from '../offsets.ts';
import type { OffsetToCommit } from '../wire/offsets.ts';
import { fetchCommitted } from './committed-offsets.ts';
import type { InitialOffset } from './initial-offsets.ts';
import type { LeaseOptions } from './lease.ts';
import { type OffsetMetadata, parseOffsetMetadata } from './offset-metadata.ts';
import { TopicCursor } from './topic-cursor.ts';

export interface BegunCursor {
  readonly cursor: TopicCursor;
  readonly lost?: LostOffsets;
}

/**
 * How far the group came in each topic of a lease, and which of its positions have no records any more. `stored`: the
 * positions to which the lease's state belongs, by place name.
 */
export async function beginCursors(
  context: Context,
  lease: LeaseOptions,
  stored: ReadonlyMap<string, OffsetToCommit> | undefined,
): Promise<BegunCursor[]> {
  const { group, partition, topics, options, starts, name, heldUp } = lease;
  const { connections } = context;
  const places = topics.map((topic) => ({ topic, partition }));
  const fetched = await fetchCommitted(connections, group, places, options.commitKind === 'atomic');
  const committed = new Map(
    places.flatMap((place) => {
      const key = partitionName(place);
      const position = positionThatCounts(fetched.get(key), stored?.get(key));
      return position ? [[key, position] as const] : [];
    }),
  );
  const ends = await listOffsets(
    connections,
    [...committed.values()].map(({ topic }) => ({ topic, partition, timestamp: endOfLog })),
    'everything',
  );
  const progress = await Promise.all(
    places.map((place) => {
      const name = partitionName(place);
      return progressOf(context, place, { committed: committed.get(name), start: starts.get(name) }, ends);
    }),
  );
  const unknown = progress.filter(
    ({ place, note, recreated }) => note === undefined && !recreated && !starts.has(partitionName(place)),
  );
  // Whatever is in a topic that took the place of another came after the group began.
  const again = progress.filter(({ recreated }) => recreated).map(({ place }) => place);
  const fromStart = options.start === 'latest' || isPosition(options.start) ? 'earliest' : options.start;
  const begun = new Map([
    ...(await startOffsets(
      connections,
      unknown.map(({ place }) => place),
      options.start,
    )),
    ...(await startOffsets(connections, again, fromStart)),
  ]);
  return progress.map(({ place, topicId, recreated, note, next, lost }) => {
    const key = partitionName(place);
    const start = (recreated ? undefined : starts.get(key)?.offset) ?? begun.get(key) ?? 0;
    // What this process had in hand itself cannot have ended it, but what it had not attempted yet is no safer than before.
    const own = note?.open === name;
    const left = note?.open !== undefined && !own;
    const cursor = new TopicCursor(place, {
      topicId,
      recreated,
      next: next ?? start,
      note: note ?? { from: start },
      careful: (left ? ends.get(key) : note?.careful) ?? 0,
      ...(own ? { own: { heldUp: heldUp.get(place.topic) } } : {}),
    });
    return { cursor, ...(lost ? { lost } : {}) };
  });
}

/**
 * The group's position, unless it is behind what its state contains: the broker forgot the former one, and the group
 * began again where it once began. A position that carries no id of a topic was set by `seek` or another tool, and counts.
 */
function positionThatCounts(
  committed: OffsetToCommit | undefined,
  stored: OffsetToCommit | undefined,
): OffsetToCommit | undefined {
  if (!committed || !stored) return committed ?? stored;
  const { topic, from, at } = parseOffsetMetadata(committed.metadata, committed.offset);
  const moved = topic === undefined;
  const recreated = topic !== parseOffsetMetadata(stored.metadata, stored.offset).topic;
  if (moved || recreated || stored.offset === committed.offset) return committed;
  const begunAgain = at === undefined && committed.offset === from;
  return begunAgain || stored.offset > committed.offset ? stored : committed;
}

interface Progress {
  readonly place: TopicPartition;
  readonly topicId: string;
  /** The group's position belongs to a topic that is gone. */
  readonly recreated: boolean;
  /** Undefined where the group has no position that counts. */
  readonly note?: OffsetMetadata;
  readonly next?: number;
  readonly lost?: LostOffsets;
}

async function progressOf(
  { connections }: Context,
  place: TopicPartition,
  {
    committed,
    start,
  }: { readonly committed: OffsetToCommit | undefined; readonly start: InitialOffset | undefined },
  ends: ReadonlyMap<string, number>,
): Promise<Progress> {
  const note = committed && parseOffsetMetadata(committed.metadata, committed.offset);
  const topicId = await connections.topicId(place.topic, note?.topic ?? start?.topicId);
  if (!committed || !note)
    return { place, topicId, recreated: start !== undefined && start.topicId !== topicId };
  const end = ends.get(partitionName(place)) ?? committed.offset;
  const shorter = end < committed.offset;
  const recreated = note.topic === undefined ? shorter : note.topic !== topicId;
  const lost: LostOffsets = {
    from: Math.min(end, committed.offset),
    through: committed.offset - 1,
    how: 'cut-off',
  };
  if (recreated) return { place, topicId, recreated, lost };
  if (shorter) return { place, topicId, recreated, note: { ...note, at: end - 1 }, next: end, lost };
  return { place, topicId, recreated, note, next: committed.offset };
}

function isPosition(start: LeaseOptions['options']['start']): boolean {
  return typeof start === 'object' && 'after' in start;
}
