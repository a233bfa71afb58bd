import type { Acks } from '@millrace/streams';
import { deliver, type OutboxEntry } from '../commands/deliver.ts';
import type { Connection } from '../commands/script.ts';
import type { DriverContext } from '../context.ts';
import type { RawEntry } from '../entries/entry.ts';
import { inboxKey, outboxCountersKey, outboxKey } from '../keys.ts';

const perRound = 1_000;
/** `number`, `topic` and `partition` with their values stand before an output's own fields. */
const ownFields = 6;

interface Source {
  readonly group: string;
  readonly partition: number;
  readonly acks: Acks;
}

/**
 * Takes outputs for other slots of a Cluster to their destinations, in order and each once: they leave the outbox only
 * when the destination has them, and the destination takes no number twice. Whoever acts for the partition may do it.
 */
export async function deliverOutbox(context: DriverContext, source: Source): Promise<void> {
  const connection = context.client.connection();
  const outbox = outboxKey(source.group, source.partition);
  for (;;) {
    const [entries, generation] = await Promise.all([
      connection.callBuffer('XRANGE', [outbox, '-', '+', 'COUNT', perRound]) as Promise<RawEntry[]>,
      connection.call('HGET', [outboxCountersKey(source.group, source.partition), 'era']),
    ]);
    if (entries.length === 0) return;
    const byDestination = Map.groupBy(entries, ([, fields]) => Number(String(fields[5])));
    await Promise.all(
      [...byDestination].map(([destination, outboxEntries]) =>
        deliverTo(context, { ...source, generation: String(generation) }, destination, outboxEntries),
      ),
    );
    await connection.call('XDEL', [outbox, ...entries.map(([id]) => id)]);
    if (entries.length < perRound) return;
  }
}

async function deliverTo(
  context: DriverContext,
  source: Source & { readonly generation: string },
  destination: number,
  entries: readonly RawEntry[],
): Promise<void> {
  const { group, partition, acks, generation } = source;
  const outboxEntries: OutboxEntry[] = [];
  for (const [, fields] of entries) {
    const topic = String(fields[3]);
    if (!context.topics.has(topic)) await context.topics.topic(topic);
    const stream = context.topics.key(topic, destination);
    outboxEntries.push({ number: Number(String(fields[1])), stream, fields: fields.slice(ownFields) });
  }
  const inbox = inboxKey(group, destination);
  const step = { inbox, source: `${partition}:${generation}`, outboxEntries };
  const run = (connection: Connection): Promise<number> => deliver(connection, step);
  const missing =
    acks === 'all'
      ? await context.client.replicatedWriter(inbox).write(run)
      : await run(context.client.writer(inbox));
  if (missing === 0) return;
  context.notify({
    kind: 'records-lost',
    message: `${missing} outputs of group ${group} that had reached partition ${destination} from partition ${partition} are gone there, as after a failover that lost writes`,
    details: { group, from: partition, to: destination, count: missing },
  });
}
