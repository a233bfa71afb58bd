import { setTimeout as delay } from 'node:timers/promises';
import { type GroupDescription, type GroupPartition, isStreamsError } from '@millrace/streams';
import { isTransient } from '../client/errors.ts';
import type { Context } from '../context.ts';
import { type Committed, fetchCommitted } from '../group/committed-offsets.ts';
import { parseNote } from '../group/progress-note.ts';
import { decodeAssignment, decodeSubscription } from '../group/protocol.ts';
import { listOffsets, type Place, placeName, startOfLog } from '../offsets.ts';
import { stableEnds } from '../stable-ends.ts';
import type { DescribedGroup } from '../wire/groups.ts';
import { groupAsItIs } from './groups.ts';

const betweenMs = 2_000;
const stableMs = 1_000;
const pollMs = 10;

interface Holder {
  readonly owner: string;
  readonly epoch: number;
}

export async function describeGroup(context: Context, group: string): Promise<GroupDescription> {
  const described = await settledGroup(context, group);
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

/** Between two assignments a group tells nothing of its members: that is over in a moment. */
async function settledGroup(context: Context, group: string): Promise<DescribedGroup> {
  const until = performance.now() + betweenMs;
  for (;;) {
    const described = await groupAsItIs(context, group);
    if (!described.state.endsWith('Rebalance') || performance.now() > until) return described;
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
    stableEnds(context, committed),
  ]);
  return committed
    .toSorted((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition)
    .map((place) => {
      const { topic, partition, offset, metadata } = place;
      const name = placeName(place);
      const { at } = parseNote(metadata, offset);
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
async function existing<Of extends Place>({ connections }: Context, places: readonly Of[]): Promise<Of[]> {
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
