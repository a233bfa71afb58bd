import { StreamsError, type TrimOptions } from '@millrace/streams';
import { topicsAsTheyAre } from '../catalog/topics.ts';
import { unknownTopic } from '../client/errors.ts';
import { check } from '../client/kafka-error.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import type { Context } from '../context.ts';
import { fetchCommitted } from '../group/committed-offsets.ts';
import { lastStableOffsets } from '../last-stable-offsets.ts';
import { listOffsets, offsetNumber, partitionName, startOfLog, type TopicPartition } from '../offsets.ts';
import { shareGroupOffsets } from '../share-group/initial-offsets.ts';
import { batchesIn } from '../wire/batches.ts';
import { fetchRequest, outsideSessions } from '../wire/fetch.ts';
import { deleteRecordsRequest } from '../wire/log-offsets.ts';
import { assertSeesAllGroups } from './groups.ts';
import { type ListedGroup, listGroups } from './list-groups.ts';

const groupsAtOnce = 20;

export async function trimTopic(context: Context, name: string, options: TrimOptions): Promise<number> {
  const { connections } = context;
  const count = (await topicsAsTheyAre(connections, [name])).get(name);
  if (count === undefined) throw unknownTopic(name);
  const places = Array.from({ length: count }, (_, partition) => ({ topic: name, partition }));
  const [begins, ends] = await Promise.all([
    listOffsets(
      connections,
      places.map((place) => ({ ...place, timestamp: startOfLog })),
    ),
    lastStableOffsets(context, places),
  ]);
  const { evenIfUnacknowledged } = options;
  const settled = evenIfUnacknowledged ? new Map<string, number>() : await acknowledgedByAll(context, places);
  const shared = evenIfUnacknowledged
    ? await lowestProgress(context, places, await shareGroups(context))
    : new Map<string, number>();
  const wanted = await boundsOf(context, places, ends, options);
  let trimmed = 0;
  for (const place of places) {
    const key = partitionName(place);
    const [begin, end] = [begins.get(key) ?? 0, ends.get(key) ?? 0];
    let bound = Math.min(wanted.get(key) ?? 0, end, settled.get(key) ?? end);
    if (bound > (shared.get(key) ?? end)) bound = await startOfBatch(context, place, bound);
    if (bound > begin) trimmed += await deleteBefore(context, place, bound, begin);
  }
  return trimmed;
}

/** The first offset to keep in each place; a position says nothing about other partitions. */
async function boundsOf(
  { connections }: Context,
  places: readonly TopicPartition[],
  ends: ReadonlyMap<string, number>,
  { before, keep }: TrimOptions,
): Promise<Map<string, number>> {
  const bounds = new Map<string, number>();
  const raise = (name: string, offset: number): void => {
    bounds.set(name, Math.max(bounds.get(name) ?? 0, offset));
  };
  if (keep !== undefined)
    for (const place of places) raise(partitionName(place), (ends.get(partitionName(place)) ?? 0) - keep);
  if (before instanceof Date) {
    const asked = places.map((place) => ({ ...place, timestamp: before.getTime() }));
    for (const [name, offset] of await listOffsets(connections, asked))
      raise(name, offset < 0 ? (ends.get(name) ?? 0) : offset);
  } else if (before) {
    if (before.topic !== places[0]?.topic) {
      throw new StreamsError(
        'INVALID_ARGUMENT',
        `${places[0]?.topic} cannot be trimmed before a position of topic ${before.topic}`,
      );
    }
    raise(partitionName(before), offsetNumber(before));
  }
  return bounds;
}

/** How far every group that reads the topic has settled each place. */
async function acknowledgedByAll(
  context: Context,
  places: readonly TopicPartition[],
): Promise<Map<string, number>> {
  await assertSeesAllGroups(context, 'what no group has acknowledged must not be trimmed');
  return await lowestProgress(context, places, await listGroups(context));
}

async function lowestProgress(
  context: Context,
  places: readonly TopicPartition[],
  groups: readonly ListedGroup[],
): Promise<Map<string, number>> {
  const settled = new Map<string, number>();
  for (let at = 0; at < groups.length; at += groupsAtOnce) {
    const some = groups.slice(at, at + groupsAtOnce);
    const found = await Promise.all(some.map((group) => progressOf(context, group, places)));
    for (const offsets of found)
      for (const [name, offset] of offsets)
        settled.set(name, Math.min(offset, settled.get(name) ?? Number.POSITIVE_INFINITY));
  }
  return settled;
}

async function shareGroups(context: Context): Promise<ListedGroup[]> {
  return (await listGroups(context)).filter(({ protocolType }) => protocolType === 'share');
}

/**
 * Where the batch begins that holds this offset. A log that begins within a batch stops share groups that had records in
 * flight before it: the broker (4.4.0) goes on with the batch's first records, which are gone, and never gets past them.
 */
async function startOfBatch(
  { connections }: Context,
  { topic, partition }: TopicPartition,
  offset: number,
): Promise<number> {
  const { id } = await connections.topic(topic);
  const place = { topicId: id, partition, offset, maxBytes: 1 };
  const query = { ...outsideSessions, partitions: [place], maxWaitMs: 0, maxBytes: 1 };
  return await retry({ ms: retryWithinMs }, async () => {
    const [found] = (await connections.atLeader(topic, partition, fetchRequest(query))).partitions;
    connections.forgetIfStale(topic, found?.errorCode ?? 0);
    check(
      found?.errorCode ?? 0,
      `the batch of ${offset} in ${partitionName({ topic, partition })} was not found`,
    );
    const [batch] = batchesIn(found?.batches ?? Buffer.alloc(0), []);
    return Math.min(offset, batch?.base ?? offset);
  });
}

async function progressOf(
  context: Context,
  { group, protocolType }: ListedGroup,
  places: readonly TopicPartition[],
): Promise<ReadonlyMap<string, number>> {
  if (protocolType === 'share') {
    const offsets = await shareGroupOffsets(context, group);
    return new Map(offsets.map((each) => [partitionName(each), each.start]));
  }
  const committed = await fetchCommitted(context.connections, group, places, false);
  return new Map([...committed].map(([name, { offset }]) => [name, offset]));
}

async function deleteBefore(
  context: Context,
  place: TopicPartition,
  bound: number,
  begin: number,
): Promise<number> {
  const { topic, partition } = place;
  const request = deleteRecordsRequest(topic, [{ partition, offset: bound }]);
  return await retry({ ms: retryWithinMs }, async () => {
    const [answer] = await context.connections.atLeader(topic, partition, request);
    check(answer?.errorCode ?? 0, `${partitionName(place)} was not trimmed`);
    return (answer?.low ?? bound) - begin;
  });
}
