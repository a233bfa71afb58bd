import type { GroupDescription, GroupPartition, MemberDescription } from '@millrace/streams';
import type { Context } from '../context.ts';
import { compareIds, timeOf } from '../ids.ts';
import { groupKeys, leaseKey, outboxKey } from '../keys.ts';
import { fieldsOf } from './fields.ts';

interface PartitionView {
  readonly partition: GroupPartition;
  /** Pending entries by member. */
  readonly pending: ReadonlyMap<string, number>;
}

export async function describeGroup(context: Context, group: string): Promise<GroupDescription> {
  const { mode, topics } = await context.groups.entry(group);
  const views: PartitionView[] = [];
  for (const topic of topics) {
    const count = await partitionsOf(context, topic);
    views.push(
      ...(await Promise.all(
        Array.from({ length: count }, (_, partition) => view(context, group, topic, partition)),
      )),
    );
  }
  return {
    group,
    mode,
    members: await membersOf(context, group, views),
    partitions: views.map(({ partition }) => partition),
  };
}

/** A topic that was deleted has nothing left to describe. */
async function partitionsOf(context: Context, topic: string): Promise<number> {
  try {
    return (await context.catalog.topic(topic)).partitions;
  } catch {
    return 0;
  }
}

async function view(
  context: Context,
  group: string,
  topic: string,
  partition: number,
): Promise<PartitionView> {
  const connection = context.client.connection();
  const stream = context.catalog.key(topic, partition);
  const [lease, groups, summary, stuck, last] = await Promise.all([
    connection.call('HGETALL', [leaseKey(group, partition)]).then(fieldsOf),
    connection.call('XINFO', ['GROUPS', stream]).catch(() => []),
    connection.call('XPENDING', [stream, group]).catch(() => [0, null, null, null]),
    connection.call('XLEN', [outboxKey(group, partition)]),
    connection.call('XREVRANGE', [stream, '+', '-', 'COUNT', 1]),
  ]);
  const info = (groups as unknown[]).map(fieldsOf).find((fields) => fields.get('name') === group);
  const [pending, oldest, , consumers] = summary as [
    number,
    string | null,
    string | null,
    [string, string][] | null,
  ];
  const committed = lease.get(`at:${topic}`);
  const owner = lease.get('owner');
  const undelivered = undeliveredOf(info, last as [string, unknown][], committed);
  const lag = undelivered === undefined ? undefined : undelivered + pending + Number(stuck);
  return {
    partition: {
      topic,
      partition,
      ...(owner ? { owner: String(owner) } : {}),
      ...(lease.has('epoch') ? { epoch: Number(lease.get('epoch')) } : {}),
      ...(committed === undefined ? {} : { committed: String(committed) }),
      ...(lag === undefined ? {} : { lag }),
      pending,
      ...(oldest ? { oldestPendingMs: Math.max(0, Date.now() - timeOf(oldest)) } : {}),
    },
    pending: new Map((consumers ?? []).map(([member, count]) => [member, Number(count)])),
  };
}

/** Entries not delivered to the group yet; undefined where the server cannot say. */
function undeliveredOf(
  info: ReadonlyMap<string, unknown> | undefined,
  last: readonly [string, unknown][],
  committed: unknown,
): number | undefined {
  const end = last[0]?.[0];
  if (end === undefined) return 0;
  if (!info) return end === committed ? 0 : undefined;
  if (compareIds(String(info.get('last-delivered-id')), end) >= 0) return 0;
  const lag = info.get('lag');
  return lag === null || lag === undefined ? undefined : Number(lag);
}

async function membersOf(
  context: Context,
  group: string,
  views: readonly PartitionView[],
): Promise<MemberDescription[]> {
  const connection = context.client.connection();
  const { members } = groupKeys(group);
  const [seconds, micros] = (await connection.call('TIME', [])) as [string, string];
  const now = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  const live = (await connection.call('ZRANGEBYSCORE', [members, `(${now}`, '+inf'])) as string[];
  return live.map((member) => ({
    member,
    leases: [
      ...new Set(
        views
          .filter(({ partition }) => partition.owner === member)
          .map(({ partition }) => partition.partition),
      ),
    ],
    pending: views.reduce((sum, { pending }) => sum + (pending.get(member) ?? 0), 0),
  }));
}
