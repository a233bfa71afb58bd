import type { Acks } from '@millrace/streams';
import type { CompetingCommit } from '@millrace/streams/driver';
import { type CompetingCommits, commitCompeting } from '../commands/competing.ts';
import type { Connection } from '../commands/script.ts';
import type { DriverContext } from '../context.ts';
import { deliverOutbox } from '../group/outbox.ts';
import { outboxCountersKey, outboxKey } from '../keys.ts';

export interface CompetingConsumer {
  readonly group: string;
  readonly member: string;
  readonly acks: Acks;
}

/** Applies commits (in a Cluster: of one partition); returns for each whether its message was still the member's. */
export async function commitMessages(
  context: DriverContext,
  { group, member, acks }: CompetingConsumer,
  commits: readonly CompetingCommit[],
): Promise<boolean[]> {
  const [first] = commits;
  if (!first) return [];
  const { client, topics } = context;
  for (const { topic } of commits.flatMap(({ outputs }) => outputs)) {
    if (!topics.has(topic)) await topics.topic(topic);
  }
  const { partition } = first.record;
  const batch: CompetingCommits = {
    group,
    member,
    outbox: outboxKey(group, partition),
    counters: outboxCountersKey(group, partition),
    commits,
    streamOf: (topic, at) => topics.key(topic, at),
    elsewhere: (at) => client.cluster && at !== partition,
  };
  const run = (connection: Connection): Promise<boolean[]> => commitCompeting(connection, batch);
  const answers =
    acks === 'all'
      ? await client.replicatedWriter(batch.outbox).write(run)
      : await run(client.writer(batch.outbox));
  if (client.cluster) await deliverOutbox(context, { group, partition, acks });
  return answers;
}
