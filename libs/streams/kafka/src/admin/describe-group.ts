import { setTimeout as delay } from 'node:timers/promises';
import { type GroupDescription, type GroupPartition, isStreamsError } from '@millrace/streams';
import { readConfigs } from '../catalog/read-configs.ts';
import { settingsOf } from '../catalog/topic-configs.ts';
import { isTransient } from '../client/errors.ts';
import type { Context } from '../context.ts';
import { type Committed, fetchCommitted } from '../group/committed-offsets.ts';
import { parseOffsetMetadata } from '../group/offset-metadata.ts';
import { decodeAssignment, decodeSubscription } from '../group/protocol.ts';
import { lastStableOffsets } from '../last-stable-offsets.ts';
import { listOffsets, partitionName, startOfLog, type TopicPartition } from '../offsets.ts';
import { shareGroupOffsets } from '../share-group/initial-offsets.ts';
import type { DescribedGroup } from '../wire/groups.ts';
import { classicGroup, unknownGroup } from './groups.ts';
import { type OtherGroup, otherGroup } from './other-groups.ts';

const betweenMs = 2_000;
const stableMs = 1_000;
const pollMs = 10;

interface Holder {
  readonly owner: string;
  readonly epoch: number;
}

export async function describeGroup(context: Context, group: string): Promise<GroupDescription> {
  const described = await stableGroup(context, group);
  if (!described) {
    const other = await otherGroup(context, group);
    if (!other) throw unknownGroup(group);
    return await describeOther(context, group, other);
  }
  const members = described.members.map((member) => ({
    member: decodeSubscription(member.metadata)?.name ?? member.id,
    leases: decodeAssignment(member.assignment)?.leases ?? [],
  }));
  const holders = new Map<number, Holder>();
  for (const { member, leases } of members)
    for (const [number, epoch] of leases) holders.set(number, { owner: member, epoch });
  return {
    group,
    mode: 'partitioned',
    members: members.map(({ member, leases }) => ({
      member,
      leases: leases.map(([number]) => number),
      pending: 0,
    })),
    partitions: await describePartitions(context, group, holders),
  };
}

/** A group of another program, as far as this library's words describe it: who is in it, and how far it came. */
async function describeOther(
  context: Context,
  group: string,
  { type, members }: OtherGroup,
): Promise<GroupDescription> {
  const described = members.map(({ id, partitions }) => ({
    member: id,
    leases: [...new Set(partitions.map(({ partition }) => partition))].toSorted((a, b) => a - b),
    pending: 0,
  }));
  if (type === 'share') {
    const [partitions, configs] = await Promise.all([
      describeShared(context, group),
      readConfigs(context.connections, group, { of: 'group' }),
    ]);
    return { group, mode: 'competing', members: described, partitions, settings: settingsOf(configs) };
  }
  const owners = new Map(
    members.flatMap(({ id, partitions }) => partitions.map((place) => [partitionName(place), id] as const)),
  );
  const partitions = (await describePartitions(context, group, new Map())).map((partition) => {
    const owner = owners.get(partitionName(partition));
    return owner === undefined ? partition : { ...partition, owner };
  });
  return { group, mode: 'partitioned', members: described, partitions };
}

/** A share group has done with everything before its start offset; what comes after it may be acknowledged in part. */
async function describeShared(context: Context, group: string): Promise<GroupPartition[]> {
  const known = await existing(context, await shareGroupOffsets(context, group));
  const untold = known.filter(({ lag }) => lag === undefined);
  const questions = untold.map(({ topic, partition }) => ({ topic, partition, timestamp: startOfLog }));
  const [begins, ends] = await Promise.all([
    listOffsets(context.connections, questions),
    lastStableOffsets(context, untold),
  ]);
  return known.map(({ topic, partition, start, lag }) => {
    const name = partitionName({ topic, partition });
    const first = Math.max(start, begins.get(name) ?? 0);
    const committed = start > 0 ? { committed: String(start - 1) } : {};
    return { topic, partition, ...committed, lag: lag ?? Math.max(0, (ends.get(name) ?? 0) - first) };
  });
}

/** Between two assignments a group tells nothing of its members: that is over in a moment. */
async function stableGroup(context: Context, group: string): Promise<DescribedGroup | undefined> {
  const until = performance.now() + betweenMs;
  for (;;) {
    const described = await classicGroup(context, group);
    if (!described?.state.endsWith('Rebalance') || performance.now() > until) return described;
    await delay(pollMs);
  }
}

async function describePartitions(
  context: Context,
  group: string,
  holders: ReadonlyMap<number, Holder>,
): Promise<GroupPartition[]> {
  const { connections } = context;
  const committed = await existing(context, await offsetsOf(context, group));
  const [begins, ends] = await Promise.all([
    listOffsets(
      connections,
      committed.map((place) => ({ ...place, timestamp: startOfLog })),
    ),
    lastStableOffsets(context, committed),
  ]);
  return committed
    .toSorted((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition)
    .map((place) => {
      const { topic, partition, offset, metadata } = place;
      const name = partitionName(place);
      const { at } = parseOffsetMetadata(metadata, offset);
      const first = Math.max(offset, begins.get(name) ?? 0);
      return {
        topic,
        partition,
        ...holders.get(partition),
        ...(at === undefined ? {} : { committed: String(at) }),
        lag: Math.max(0, (ends.get(name) ?? 0) - first),
      };
    });
}

/** As they will be once transactions under way have ended, if that is soon. */
async function offsetsOf({ connections }: Context, group: string): Promise<Committed[]> {
  try {
    return [...(await fetchCommitted(connections, group, null, true, stableMs)).values()];
  } catch (error) {
    if (!isTransient(error)) throw error;
    return [...(await fetchCommitted(connections, group, null, false)).values()];
  }
}

/** A topic that was deleted has nothing left to describe. */
async function existing<Of extends TopicPartition>(
  { connections }: Context,
  places: readonly Of[],
): Promise<Of[]> {
  const topics = [...new Set(places.map(({ topic }) => topic))];
  const counts = new Map(
    await Promise.all(
      topics.map(async (topic) => {
        const found = await connections.topic(topic).catch(ifDeleted);
        return [topic, found?.partitions.length ?? 0] as const;
      }),
    ),
  );
  return places.filter(({ topic, partition }) => partition < (counts.get(topic) ?? 0));
}

function ifDeleted(error: unknown): undefined {
  if (!isStreamsError(error, 'UNKNOWN_TOPIC')) throw error;
}
