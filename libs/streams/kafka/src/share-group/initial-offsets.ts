import { setTimeout as delay } from 'node:timers/promises';
import type { Start } from '@millrace/streams';
import { isKafkaError } from '../client/kafka-error.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import type { Context } from '../context.ts';
import { partitionName, startOffsets, type TopicPartition } from '../offsets.ts';
import {
  alterShareGroupOffsetsRequest,
  type ShareGroupOffset,
  type ShareMember,
  shareGroupOffsetsRequest,
} from '../wire/share-groups.ts';
import { claimStart } from './group-topic.ts';

const unknownGroup = 69;
const settledWithinMs = 10_000;
const pollMs = 20;

/** Where a share group stands in each partition that it has read or was moved in; empty when there is no such group. */
export async function shareGroupOffsets(
  { spare }: Context,
  group: string,
): Promise<readonly ShareGroupOffset[]> {
  const { offsets } = await retry({ ms: retryWithinMs }, () =>
    spare.askUntilAnswered((connections) =>
      connections.atCoordinator('group', group, shareGroupOffsetsRequest(group), ({ errorCode }) =>
        errorCode === unknownGroup ? 0 : errorCode,
      ),
    ),
  );
  return offsets;
}

/** NON_EMPTY_GROUP when it has members. */
export async function moveShareGroup(
  { connections, spare }: Context,
  group: string,
  places: readonly TopicPartition[],
  to: Start,
): Promise<void> {
  if (places.length === 0) return;
  const offsets = await startOffsets(connections, places, to);
  const starts = places.map((place) => ({ ...place, start: offsets.get(partitionName(place)) ?? 0 }));
  const request = alterShareGroupOffsetsRequest(group, starts);
  await retry({ ms: retryWithinMs }, () =>
    spare.ask((own) => own.atCoordinator('group', group, request, (code) => code)),
  );
}

/**
 * Settles where a group begins that has no members yet, before it has one: nothing that is stored from now on is missed. One
 * member does it, and the others wait for it: a broker may carry out a move after the group got its first member.
 */
export async function settleStart(
  context: Context,
  { group, member }: ShareMember,
  topics: Readonly<Record<string, number>>,
  start: Start,
): Promise<void> {
  // The beginning of a partition is where a group without a position begins.
  if (start === 'earliest') return;
  const fresh = await unknownTopics(context, group, Object.keys(topics));
  if (fresh.length === 0) return;
  if (!(await claimStart(context, group, member, fresh))) {
    const until = performance.now() + settledWithinMs;
    while (performance.now() < until) {
      if ((await unknownTopics(context, group, fresh)).length === 0) return;
      await delay(pollMs);
    }
    // Whoever was to do it died before it could.
  }
  const places = fresh.flatMap((topic) =>
    Array.from({ length: topics[topic] ?? 0 }, (_, partition) => ({ topic, partition })),
  );
  try {
    await moveShareGroup(context, group, places, start);
  } catch (error) {
    if (!isKafkaError(error, 'NON_EMPTY_GROUP')) throw error;
  }
}

async function unknownTopics(context: Context, group: string, topics: readonly string[]): Promise<string[]> {
  const known = new Set((await shareGroupOffsets(context, group)).map(({ topic }) => topic));
  return topics.filter((topic) => !known.has(topic));
}
