import type { Connections } from '../client/connections.ts';
import { KafkaError } from '../client/kafka-error.ts';
import { patienceMs, patiently } from '../client/patience.ts';
import { type Place, placeName } from '../offsets.ts';
import {
  type CommitMember,
  type OffsetToCommit,
  offsetCommitRequest,
  offsetFetchRequest,
} from '../wire/offsets.ts';

const stranger: CommitMember = { id: '', generation: -1 };

export interface Committed extends Place {
  readonly offset: number;
  readonly metadata: string;
}

/** What a group has committed, by place name; null asks for all its places. `stable` waits for transactions under way. */
export async function fetchCommitted(
  connections: Connections,
  group: string,
  places: readonly Place[] | null,
  stable: boolean,
  waitMs: number = patienceMs,
): Promise<Map<string, Committed>> {
  const topics =
    places &&
    [...Map.groupBy(places, ({ topic }) => topic)].map(([topic, own]) => ({
      topic,
      partitions: own.map(({ partition }) => partition),
    }));
  const request = offsetFetchRequest(group, topics, stable);
  const { offsets } = await patiently({ ms: waitMs }, () =>
    connections.atCoordinator(
      'group',
      group,
      request,
      ({ errorCode, offsets: found }) =>
        errorCode || (found.find((each) => each.errorCode !== 0)?.errorCode ?? 0),
    ),
  );
  const known = offsets.filter(({ offset }) => offset >= 0);
  return new Map(known.map((each) => [placeName(each), each]));
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
