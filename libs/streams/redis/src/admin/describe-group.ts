import type { GroupDescription, GroupPartition, MemberDescription } from '@millrace/streams';
import { describePartition, type PartitionState } from '../commands/describe-partition.ts';
import { namedFields } from '../commands/named-fields.ts';
import type { DriverContext } from '../context.ts';
import { timeOf } from '../entries/ids.ts';
import { groupKeys, leaseKey, outboxKey } from '../keys.ts';

interface Described extends PartitionState {
  readonly topic: string;
  readonly partition: number;
}

export async function describeGroup(context: DriverContext, group: string): Promise<GroupDescription> {
  const { mode, topics, foreign } = await context.groups.find(group);
  const described = (
    await Promise.all(topics.map((topic) => describeIn(context, { group, topic, foreign })))
  ).flat();
  const members = await (foreign ? consumersOf : membersOf)(context, group, described);
  const partitions = described.map(toPartition);
  return { group, ...(foreign ? { foreign } : {}), mode, members, partitions };
}

async function describeIn(
  context: DriverContext,
  { group, topic, foreign }: { readonly group: string; readonly topic: string; readonly foreign: boolean },
): Promise<Described[]> {
  // A topic that was deleted has nothing left to describe.
  const count = await context.topics.topic(topic).then(
    ({ partitions }) => partitions,
    () => 0,
  );
  return await Promise.all(
    Array.from({ length: count }, async (_, partition) => {
      const state = await describePartition(context.client.connection(), {
        stream: context.topics.key(topic, partition),
        ...(foreign
          ? {}
          : { own: { lease: leaseKey(group, partition), outbox: outboxKey(group, partition) } }),
        group,
        topic,
        countsRight: context.client.serverInfo.countsRight,
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

/** Of a group that another program made, which keeps no list of members. */
async function consumersOf(
  context: DriverContext,
  group: string,
  described: readonly Described[],
): Promise<MemberDescription[]> {
  const members = new Map<string, { idleMs: number; pending: number }>();
  for (const { topic, partition } of described) {
    const args = ['CONSUMERS', context.topics.key(topic, partition), group];
    // It may be on some of a topic's streams only.
    const reply = await context.client
      .connection()
      .call('XINFO', args)
      .catch(() => []);
    for (const fields of (reply as unknown[]).map(namedFields)) {
      const member = String(fields.get('name'));
      const known = members.get(member) ?? { idleMs: Number.POSITIVE_INFINITY, pending: 0 };
      members.set(member, {
        idleMs: Math.min(known.idleMs, Number(fields.get('idle'))),
        pending: known.pending + Number(fields.get('pending')),
      });
    }
  }
  return [...members].map(([member, figures]) => ({ member, ...figures, leases: [] }));
}
