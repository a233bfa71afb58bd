import { type PendingEntry, type Position, type Start, StreamsError } from '@millrace/streams';
import { seek } from '../commands/seek.ts';
import type { DriverContext } from '../context.ts';
import { timeOf } from '../entries/ids.ts';
import {
  dedupeKeys,
  groupKeys,
  inboxKey,
  leaseKey,
  memberOf,
  outboxCountersKey,
  outboxKey,
  stateKey,
} from '../keys.ts';
import { startId } from '../registry/groups.ts';

export async function pendingEntries(
  context: DriverContext,
  group: string,
  { limit, topic: only }: { readonly limit: number; readonly topic?: string },
): Promise<PendingEntry[]> {
  const { topics, foreign } = await context.groups.find(group);
  const asked = only === undefined ? topics : topics.filter((topic) => topic === only);
  const lists = await Promise.all(
    (await places(context, asked)).map((place) => pendingOf(context, { group, foreign, limit }, place)),
  );
  return lists
    .flat()
    .sort((a, b) => timeOf(a.position.offset) - timeOf(b.position.offset))
    .slice(0, limit);
}

async function pendingOf(
  context: DriverContext,
  { group, foreign, limit }: { readonly group: string; readonly foreign: boolean; readonly limit: number },
  place: PartitionStream,
): Promise<PendingEntry[]> {
  const args = [place.stream, group, '-', '+', limit];
  const reply = await context.client
    .connection()
    .call('XPENDING', args)
    .catch(() => []);
  return (reply as [string, string, number, number][]).map(([offset, consumer, idleMs, deliveries]) => ({
    position: { topic: place.topic, partition: place.partition, offset },
    member: foreign ? consumer : memberOf(consumer),
    idleMs,
    deliveries,
  }));
}

export async function seekGroup(
  context: DriverContext,
  group: string,
  to: Start,
  only: { readonly topic?: string; readonly partition?: number },
): Promise<void> {
  const { topics } = await context.groups.own(group);
  await refuseWhileActive(context, group);
  for (const place of await places(context, topics)) {
    if (only.topic !== undefined && place.topic !== only.topic) continue;
    if (only.partition !== undefined && place.partition !== only.partition) continue;
    if (typeof to === 'object' && 'after' in to && !isAt(to.after, place)) continue;
    const id =
      to === 'latest' ? await lastId(context, place.stream) : startId(to, place.topic, place.partition);
    const step = {
      lease: leaseKey(group, place.partition),
      stream: place.stream,
      group,
      topic: place.topic,
      id,
    };
    if (!(await seek(context.client.connection(), { ...step, fromStart: to === 'earliest' })))
      throw active(group);
  }
}

/** A position moves its own partition alone. */
function isAt(position: Position, place: PartitionStream): boolean {
  return position.topic === place.topic && position.partition === place.partition;
}

async function lastId(context: DriverContext, stream: string): Promise<string> {
  const found = await context.client.connection().call('XREVRANGE', [stream, '+', '-', 'COUNT', 1]);
  return (found as [string, unknown][])[0]?.[0] ?? '0-0';
}

export async function deleteGroup(context: DriverContext, group: string): Promise<void> {
  const { topics, stores } = await context.groups.own(group);
  await refuseWhileActive(context, group);
  const connection = context.client.connection();
  const all = await places(context, topics);
  for (const { stream } of all)
    await connection.call('XGROUP', ['DESTROY', stream, group]).catch(() => undefined);
  for (const partition of new Set(all.map((place) => place.partition))) {
    await connection.call('UNLINK', [
      leaseKey(group, partition),
      ...dedupeKeys(group, partition),
      outboxKey(group, partition),
      outboxCountersKey(group, partition),
      inboxKey(group, partition),
      ...stores.map((store) => stateKey(group, partition, store)),
    ]);
  }
  const { members, details, assignment } = groupKeys(group);
  await connection.call('UNLINK', [members, details, assignment]);
  await context.groups.forget(group);
}

interface PartitionStream {
  readonly topic: string;
  readonly partition: number;
  readonly stream: string;
}

async function places(context: DriverContext, topics: readonly string[]): Promise<PartitionStream[]> {
  const all: PartitionStream[] = [];
  for (const topic of topics) {
    const partitions = await context.topics.topic(topic).then(
      (found) => found.partitions,
      () => 0,
    );
    for (let partition = 0; partition < partitions; partition++) {
      all.push({ topic, partition, stream: context.topics.key(topic, partition) });
    }
  }
  return all;
}

async function refuseWhileActive(context: DriverContext, group: string): Promise<void> {
  const connection = context.client.connection();
  const [seconds = '0'] = (await connection.call('TIME', [])) as string[];
  const live = await connection.call('ZCOUNT', [groupKeys(group).members, Number(seconds) * 1_000, '+inf']);
  if (Number(live) > 0) throw active(group);
}

function active(group: string): StreamsError {
  return new StreamsError('GROUP_ACTIVE', `the group ${group} has members; stop them first`);
}
