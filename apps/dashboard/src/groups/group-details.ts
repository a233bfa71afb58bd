import { type GroupDescription, isStreamsError, type PendingEntry, type Streams } from '@millrace/streams';
import type { GroupDetails, MemberRow, PartitionRow, PendingRow } from '../api/details.ts';
import type { OldestAge } from '../watch/oldest-age.ts';
import { sumOf } from '../watch/sum.ts';

const mostPending = 200;

/** All that can be said of a group: members, assignment, pending entries. UNKNOWN_GROUP when there is none. */
export async function groupDetails(streams: Streams, age: OldestAge, name: string): Promise<GroupDetails> {
  const { admin } = streams;
  const description = await admin.describeGroup(name);
  age.beginRound();
  const now = Date.now();
  const [pending, deadLetters, ages] = await Promise.all([
    admin.pending(name, { limit: mostPending }).then(pendingRows, pendingProblem),
    recordsIn(streams, `${name}.dead-letters`),
    Promise.all(description.partitions.map((each) => age.of(name, each, now).catch(() => undefined))),
  ]);
  return {
    name,
    mode: description.mode,
    members: memberRows(description),
    partitions: partitionRows(description, ages),
    skew: skewOf(description),
    ...pending,
    deadLetters,
  };
}

function memberRows({ members, partitions }: GroupDescription): readonly MemberRow[] {
  return members.map(({ member, idleMs, leases, pending }) => ({
    member,
    idleMs: idleMs ?? null,
    leases,
    pending,
    lag: sumOf(partitions.filter(({ owner }) => owner === member).map(({ lag }) => lag)),
  }));
}

function partitionRows(
  { partitions }: GroupDescription,
  ages: readonly (number | undefined)[],
): readonly PartitionRow[] {
  const rows = partitions.map((each, index) => ({
    topic: each.topic,
    partition: each.partition,
    owner: each.owner ?? null,
    committed: each.committed ?? null,
    lag: each.lag ?? null,
    pending: each.pending ?? null,
    ageMs: ages[index] ?? null,
  }));
  return rows.toSorted((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition);
}

function skewOf({ mode, members }: GroupDescription): number | null {
  if (mode === 'competing' || members.length < 2) return null;
  const counts = members.map(({ leases }) => leases.length);
  return Math.max(...counts) - Math.min(...counts);
}

function pendingRows(entries: readonly PendingEntry[]): Pick<GroupDetails, 'pending' | 'pendingProblem'> {
  const pending = entries.map(
    ({ position, member, idleMs, deliveries }): PendingRow => ({ ...position, member, idleMs, deliveries }),
  );
  return { pending, pendingProblem: null };
}

function pendingProblem(error: unknown): Pick<GroupDetails, 'pending' | 'pendingProblem'> {
  return { pending: [], pendingProblem: error instanceof Error ? error.message : String(error) };
}

async function recordsIn(streams: Streams, topic: string): Promise<number> {
  try {
    const { partitions } = await streams.admin.describe(topic);
    return partitions.reduce((sum, { records }) => sum + records, 0);
  } catch (error) {
    if (isStreamsError(error, 'UNKNOWN_TOPIC')) return 0;
    throw error;
  }
}
