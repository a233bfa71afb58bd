import type { Start } from '@millrace/streams';
import { isKafkaError } from '../client/kafka-error.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import type { Context } from '../context.ts';
import { partitionName, startOffsets, type TopicPartition } from '../offsets.ts';
import {
  alterShareGroupOffsetsRequest,
  type ShareGroupOffset,
  shareGroupOffsetsRequest,
} from '../wire/share-groups.ts';

const unknownGroup = 69;

/** Where a share group stands in each partition that it has read or was moved in; empty when there is no such group. */
export async function shareGroupOffsets(
  { connections }: Context,
  group: string,
): Promise<readonly ShareGroupOffset[]> {
  const { offsets } = await retry({ ms: retryWithinMs }, () =>
    connections.atCoordinator('group', group, shareGroupOffsetsRequest(group), ({ errorCode }) =>
      errorCode === unknownGroup ? 0 : errorCode,
    ),
  );
  return offsets;
}

/** NON_EMPTY_GROUP when it has members. */
export async function moveShareGroup(
  { connections }: Context,
  group: string,
  places: readonly TopicPartition[],
  to: Start,
): Promise<void> {
  if (places.length === 0) return;
  const offsets = await startOffsets(connections, places, to);
  const starts = places.map((place) => ({ ...place, start: offsets.get(partitionName(place)) ?? 0 }));
  await retry({ ms: retryWithinMs }, () =>
    connections.atCoordinator('group', group, alterShareGroupOffsetsRequest(group, starts), (code) => code),
  );
}

/** Settles where a group begins that has no members yet, before it has one: nothing that is stored from now on is missed. */
export async function settleStart(
  context: Context,
  group: string,
  topics: Readonly<Record<string, number>>,
  start: Start,
): Promise<void> {
  const known = new Set((await shareGroupOffsets(context, group)).map(({ topic }) => topic));
  // A topic that it reads already may have got more partitions: they are read from their beginning.
  const places = Object.entries(topics)
    .filter(([topic]) => !known.has(topic))
    .flatMap(([topic, count]) => Array.from({ length: count }, (_, partition) => ({ topic, partition })));
  try {
    await moveShareGroup(context, group, places, start);
  } catch (error) {
    if (!isKafkaError(error, 'NON_EMPTY_GROUP')) throw error;
  }
}
