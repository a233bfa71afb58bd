import { type Start, StreamsError } from '@millrace/streams';
import { isInternalTopic } from '../catalog/internal-topics.ts';
import { dropTopic, topicsAsTheyAre } from '../catalog/topics.ts';
import { translate } from '../client/errors.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import type { Context } from '../context.ts';
import { changelogTopic } from '../group/changelog-topic.ts';
import { commitOffsets, fetchCommitted } from '../group/committed-offsets.ts';
import { formatOffsetMetadata } from '../group/offset-metadata.ts';
import { partitionName, startOffsets, type TopicPartition } from '../offsets.ts';
import { moveShareGroup, shareGroupOffsets } from '../share-group/initial-offsets.ts';
import { type DescribedGroup, deleteGroupsRequest, describeGroupsRequest } from '../wire/groups.ts';
import { metadataRequest } from '../wire/metadata.ts';
import { listGroups } from './list-groups.ts';
import { otherGroup } from './other-groups.ts';

export async function groupNames(context: Context): Promise<string[]> {
  return (await listGroups(context)).map(({ group }) => group);
}

/** Bit 8 of the operations that a user may do: DESCRIBE. */
const describeBit = 1 << 8;

/**
 * UNAUTHORIZED unless the user sees every group: brokers leave out of their lists what a user may not see, and a list that
 * lacks a group looks like one without it.
 */
export async function assertSeesAllGroups({ connections }: Context, why: string): Promise<void> {
  const { clusterOperations } = await retry({ ms: retryWithinMs }, () =>
    connections.any(metadataRequest([], { clusterOperations: true })),
  );
  if ((clusterOperations & describeBit) !== 0) return;
  throw new StreamsError(
    'UNAUTHORIZED',
    `Kafka: ${why}, and this user may not see all groups: grant DESCRIBE on the cluster`,
  );
}

/** Undefined when there is none of that name whose members assign their partitions themselves, as those of this library. */
export async function classicGroup(
  { connections }: Context,
  group: string,
): Promise<DescribedGroup | undefined> {
  const [found] = await retry({ ms: retryWithinMs }, () =>
    connections.atCoordinator(
      'group',
      group,
      describeGroupsRequest([group]),
      ([described]) => described?.errorCode ?? 0,
    ),
  );
  return found && found.state !== 'Dead' ? found : undefined;
}

/** How many members a group of any type has. UNKNOWN_GROUP when it does not exist. */
export async function memberCount(context: Context, group: string): Promise<number> {
  const found = (await classicGroup(context, group)) ?? (await otherGroup(context, group));
  if (found) return found.members.length;
  throw unknownGroup(group);
}

export function unknownGroup(group: string): StreamsError {
  return new StreamsError('UNKNOWN_GROUP', `the group ${group} does not exist`);
}

export async function seekGroup(
  context: Context,
  group: string,
  to: Start,
  only: { readonly topic?: string; readonly partition?: number },
): Promise<void> {
  const { connections } = context;
  await refuseWhileActive(context, group);
  const moves = ({ topic, partition }: TopicPartition): boolean =>
    (only.topic === undefined || only.topic === topic) &&
    (only.partition === undefined || only.partition === partition) &&
    (typeof to !== 'object' ||
      !('after' in to) ||
      (to.after.topic === topic && to.after.partition === partition));
  if ((await otherGroup(context, group))?.type === 'share') {
    const own = await shareGroupOffsets(context, group);
    return await moveShareGroup(context, group, own.filter(moves), to);
  }
  const committed = await fetchCommitted(connections, group, null, true);
  const places = [...committed.values()].filter(moves);
  const offsets = await startOffsets(connections, places, to);
  const moved = places.map(({ topic, partition }) => {
    const offset = offsets.get(partitionName({ topic, partition })) ?? 0;
    const acknowledged = typeof to === 'object' && 'after' in to ? { at: offset - 1 } : {};
    return { topic, partition, offset, metadata: formatOffsetMetadata({ from: offset, ...acknowledged }) };
  });
  await retry({ ms: retryWithinMs }, () => commitOffsets(connections, group, moved));
}

/** UNKNOWN_GROUP when neither the group nor anything that it kept exists; GROUP_ACTIVE when it has members. */
export async function deleteGroup(context: Context, group: string): Promise<void> {
  const { connections, spare } = context;
  const changelog = changelogTopic(group);
  const exists = (await topicsAsTheyAre(connections, [changelog])).has(changelog);
  // A topic of somebody else may bear the name.
  const left = exists && (await isInternalTopic(connections, changelog));
  try {
    await refuseWhileActive(context, group);
    await retry({ ms: retryWithinMs }, () =>
      spare.ask((own) =>
        own.atCoordinator('group', group, deleteGroupsRequest([group]), ([code]) => code ?? 0),
      ),
    );
  } catch (error) {
    // The broker forgets a group that nobody has used for days, and not what it kept.
    if (!left || translate(error, '').code !== 'UNKNOWN_GROUP') throw error;
  }
  if (left) await dropTopic(connections, changelog);
}

async function refuseWhileActive(context: Context, group: string): Promise<void> {
  if ((await memberCount(context, group)) > 0)
    throw new StreamsError('GROUP_ACTIVE', `the group ${group} has members; stop them first`);
}
