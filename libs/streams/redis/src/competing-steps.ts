import type { Acks, CompetingCommit } from '@millrace/streams';
import { type Settlement, settle } from './commands/competing.ts';
import type { Context } from './context.ts';
import { outboxCountersKey, outboxKey } from './keys.ts';
import { deliverOutbox } from './outbox.ts';
import type { Connection } from './scripts.ts';

export interface Competitor {
  readonly group: string;
  readonly member: string;
  readonly acks: Acks;
}

/** Applies steps (in a Cluster: of one partition); answers for each whether its message was still the member's. */
export async function settleSteps(
  context: Context,
  { group, member, acks }: Competitor,
  steps: readonly CompetingCommit[],
): Promise<boolean[]> {
  const [first] = steps;
  if (!first) return [];
  const { client, catalog } = context;
  for (const { topic } of steps.flatMap(({ outputs }) => outputs)) {
    if (!catalog.has(topic)) await catalog.topic(topic);
  }
  const { partition } = first.record;
  const settlement: Settlement = {
    group,
    member,
    outbox: outboxKey(group, partition),
    counters: outboxCountersKey(group, partition),
    steps,
    streamOf: (topic, at) => catalog.key(topic, at),
    elsewhere: (at) => client.cluster && at !== partition,
  };
  const run = (connection: Connection): Promise<boolean[]> => settle(connection, settlement);
  const answers =
    acks === 'all'
      ? await client.durable(settlement.outbox).write(run)
      : await run(client.writer(settlement.outbox));
  if (client.cluster) await deliverOutbox(context, { group, partition, acks });
  return answers;
}
