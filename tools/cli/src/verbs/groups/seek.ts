import { type GroupPartition, type Start, StreamsError } from '@millrace/streams';
import { firstRecord } from '../../input/first-record.ts';
import { parseStart } from '../../input/time-or-position.ts';
import { counted } from '../../output/output.ts';
import { UsageError } from '../../usage-error.ts';
import type { Connection, Run } from '../../verb.ts';

interface Move {
  readonly topic: string;
  readonly partition: number;
  /** The last acknowledged offset; null when nothing is. */
  readonly from: string | null;
  /** The offset of the record that comes next; null at the end of what is stored. */
  readonly to: string | null;
}

export const run: Run = async ({ connect, parameters, output }) => {
  const group = parameters.argument(0);
  const place = parameters.argument(1);
  const connection = await connect();
  const { members, partitions } = await connection.streams.admin.describeGroup(group);
  if (members.length > 0)
    throw new StreamsError(
      'GROUP_ACTIVE',
      `the group ${group} has ${counted(members.length, 'member')}; stop ${members.length === 1 ? 'it' : 'them'} first`,
    );
  const topic = parameters.text('topic') ?? topicOf(place) ?? onlyTopic(partitions, place);
  const { start, partition: spoken } = parseStart(place, topic ?? '', Date.now());
  const partition = spoken ?? parameters.integer('partition', 0);
  const chosen = partitions.filter(
    (each) =>
      (topic === undefined || each.topic === topic) &&
      (partition === undefined || each.partition === partition),
  );
  if (chosen.length === 0) throw new UsageError(`the group ${group} has no such topic or partition`);
  const dryRun = parameters.flag('dryRun');
  const moves: Move[] = [];
  for (const each of chosen.toSorted((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition))
    moves.push(await moveOf(connection, each, start));
  if (!dryRun) await seekAll(connection, group, start, { topic, partition });
  await output.table(
    moves.map((move) => ({ group, ...move, moved: !dryRun })),
    [
      { title: 'topic', of: (row) => row.topic },
      { title: 'partition', of: (row) => row.partition, align: 'right' },
      { title: 'from', of: ({ from }) => (from === null ? 'the beginning' : `after ${from}`) },
      { title: '', of: () => '→' },
      { title: 'to', of: ({ to }) => to ?? 'the end' },
    ],
    'nothing to move',
  );
  output.message(dryRun ? 'nothing was moved (--dry-run)' : `${group} was moved`);
  return 0;
};

async function seekAll(
  { streams }: Connection,
  group: string,
  start: Start,
  { topic, partition }: { readonly topic: string | undefined; readonly partition: number | undefined },
): Promise<void> {
  await streams.admin.seek(group, start, {
    ...(topic === undefined ? {} : { topic }),
    ...(partition === undefined ? {} : { partition }),
  });
}

async function moveOf({ driver }: Connection, at: GroupPartition, start: Start): Promise<Move> {
  const { topic, partition, committed } = at;
  const next = start === 'latest' ? undefined : await firstRecord(driver, topic, partition, start);
  return { topic, partition, from: committed ?? null, to: next?.offset ?? null };
}

/** Of a position; a time has colons too. */
function topicOf(place: string): string | undefined {
  if (place.startsWith('@')) return undefined;
  return /^(.+):\d+:[^:]+$/.exec(place)?.[1];
}

/** A position without a topic needs a group that reads one topic. */
function onlyTopic(partitions: readonly GroupPartition[], place: string): string | undefined {
  if (!/^\d+:/.test(place)) return undefined;
  const topics = [...new Set(partitions.map(({ topic }) => topic))];
  if (topics.length === 1) return topics[0];
  throw new UsageError(`${place} names no topic, and the group reads ${topics.join(', ')}: add --topic`);
}
