import type { GroupDescription, GroupPartition, MemberDescription } from '@millrace/streams';
import { describePartition, type PartitionState } from '../commands/describe-partition.ts';
import type { DriverContext } from '../context.ts';
import { timeOf } from '../entries/ids.ts';
import { groupKeys, leaseKey, outboxKey } from '../keys.ts';

interface Described extends PartitionState {
  readonly topic: string;
  readonly partition: number;
}

export async function describeGroup(context: DriverContext, group: string): Promise<GroupDescription> {
  const { mode, topics } = await context.groups.entry(group);
  const described = (await Promise.all(topics.map((topic) => describeIn(context, group, topic)))).flat();
  const members = await membersOf(context, group, described);
  return { group, mode, members, partitions: described.map(toPartition) };
}

async function describeIn(context: DriverContext, group: string, topic: string): Promise<Described[]> {
  // A topic that was deleted has nothing left to describe.
  const count = await context.topics.topic(topic).then(
    ({ partitions }) => partitions,
    () => 0,
  );
  return await Promise.all(
    Array.from({ length: count }, async (_, partition) => {
      const state = await describePartition(context.client.connection(), {
        stream: context.topics.key(topic, partition),
        lease: leaseKey(group, partition),
        outbox: outboxKey(group, partition),
        group,
        topic,
      });
      return { ...state, topic, partition };
    }),
  );
}

function toPartition(state: Described): GroupPartition {
  const { topic, partition, owner, epoch, committed, lag, lagUnknown, pending, oldestPending } = state;
  return {
    topic,
    partition,
    ...(owner === undefined ? {} : { owner }),
    ...(epoch === undefined ? {} : { epoch }),
    ...(committed === undefined ? {} : { committed }),
    ...(lag === undefined ? {} : { lag }),
    ...(lagUnknown === undefined ? {} : { lagUnknown }),
    pending,
    ...(oldestPending === undefined
      ? {}
      : { oldestPendingMs: Math.max(0, Date.now() - timeOf(oldestPending)) }),
  };
}

async function membersOf(
  context: DriverContext,
  group: string,
  described: readonly Described[],
): Promise<MemberDescription[]> {
  const connection = context.client.connection();
  const [seconds = '0', micros = '0'] = (await connection.call('TIME', [])) as string[];
  const now = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  const live = await connection.call('ZRANGEBYSCORE', [groupKeys(group).members, `(${now}`, '+inf']);
  return (live as string[]).map((member) => {
    const owned = described.filter(({ owner }) => owner === member);
    return {
      member,
      leases: [...new Set(owned.map(({ partition }) => partition))],
      pending: described.reduce((sum, { pendingByMember }) => sum + (pendingByMember.get(member) ?? 0), 0),
    };
  });
}
