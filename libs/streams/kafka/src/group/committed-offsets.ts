import type { Connections } from '../client/connections.ts';
import { KafkaError } from '../client/kafka-error.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import { partitionName, type TopicPartition } from '../offsets.ts';
import {
  type CommitMember,
  type OffsetToCommit,
  offsetCommitRequest,
  offsetFetchRequest,
} from '../wire/offsets.ts';

const stranger: CommitMember = { id: '', generation: -1 };

export interface Committed extends TopicPartition {
  readonly offset: number;
  readonly metadata: string;
}

/** What a group has committed, by place name; null asks for all its places. `stable` waits for transactions under way. */
export async function fetchCommitted(
  connections: Connections,
  group: string,
  places: readonly TopicPartition[] | null,
  stable: boolean,
  waitMs: number = retryWithinMs,
): Promise<Map<string, Committed>> {
  const topics =
    places &&
    [...Map.groupBy(places, ({ topic }) => topic)].map(([topic, own]) => ({
      topic,
      partitions: own.map(({ partition }) => partition),
    }));
  const request = offsetFetchRequest(group, topics, stable);
  const { offsets } = await retry({ ms: waitMs }, () =>
    connections.atCoordinator(
      'group',
      group,
      request,
      ({ errorCode, offsets: found }) =>
        errorCode || (found.find((each) => each.errorCode !== 0)?.errorCode ?? 0),
    ),
  );
  const known = offsets.filter(({ offset }) => offset >= 0);
  return new Map(known.map((each) => [partitionName(each), each]));
}

/** Commits once; throws what the coordinator says. Without a member only to a group that has none. */
export async function commitOffsets(
  connections: Connections,
  group: string,
  offsets: readonly OffsetToCommit[],
  member: CommitMember = stranger,
): Promise<void> {
  if (offsets.length === 0) return;
  await connections.atCoordinator(
    'group',
    group,
    offsetCommitRequest(group, member, offsets),
    (answers) => answers.find(({ errorCode }) => errorCode !== 0)?.errorCode ?? 0,
  );
}

export function isRebalancing(error: unknown): boolean {
  return error instanceof KafkaError && ['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION'].includes(error.type);
}
