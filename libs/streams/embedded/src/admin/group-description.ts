import type { GroupPartition } from '@millrace/streams';
import { deadlineHolds } from '../group/clock.ts';
import type { LeaseRow } from '../group/lease-table.ts';
import { integer, type Row, text } from '../log/row.ts';

/** A row for each partition of a group: where the group stands and what the partition holds. */
export const positionsQuery: string = `
  SELECT topics.name AS topic, number, positions.next, handed, handed_at,
    partitions.first AS log_first, partitions.next AS log_next,
    (SELECT count(*) FROM claims WHERE claims.grp = positions.grp AND claims.partition = positions.partition) AS claims,
    (SELECT min(since) FROM claims WHERE claims.grp = positions.grp AND claims.partition = positions.partition) AS since,
    (SELECT min(sequence) FROM claims WHERE claims.grp = positions.grp AND claims.partition = positions.partition) AS claimed
  FROM positions
    JOIN partitions ON partitions.id = positions.partition
    JOIN topics ON topics.id = partitions.topic
  WHERE positions.grp = ? ORDER BY topics.name, number`;

/** Records delivered and not acknowledged. */
export const pendingOf = (row: Row): number =>
  Math.max(0, integer(row, 'handed') - integer(row, 'next')) + integer(row, 'claims');

export function describeGroupPartition(row: Row, leases: readonly LeaseRow[], now: number): GroupPartition {
  const number = integer(row, 'number');
  const lease = leases.find((candidate) => candidate.number === number);
  const claimed = integer(row, 'claims') > 0 ? integer(row, 'claimed') : integer(row, 'next');
  const committed = Math.min(integer(row, 'next'), claimed);
  const pending = pendingOf(row);
  const since = integer(row, 'since') || integer(row, 'handed_at');
  const uncommitted = integer(row, 'log_next') - Math.max(integer(row, 'next'), integer(row, 'log_first'));
  return {
    topic: text(row, 'topic'),
    partition: number,
    ...(lease?.owner !== undefined && { epoch: lease.epoch }),
    ...(lease?.owner !== undefined &&
      deadlineHolds(lease.expires, lease.duration, now) && { owner: lease.owner }),
    ...(committed > 0 && { committed: String(committed - 1) }),
    lag: Math.max(0, uncommitted) + integer(row, 'claims'),
    pending,
    ...(pending > 0 && since > 0 && { oldestPendingMs: Math.max(0, now - since) }),
  };
}
