import type { Acks } from '@millrace/streams';
import { deliver, type Parcel } from './commands/deliver.ts';
import type { Context } from './context.ts';
import type { RawEntry } from './entry.ts';
import { inboxKey, outboxCountersKey, outboxKey } from './keys.ts';
import type { Connection } from './scripts.ts';

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
export async function deliverOutbox(context: Context, source: Source): Promise<void> {
  const connection = context.client.connection();
  const outbox = outboxKey(source.group, source.partition);
  for (;;) {
    const [entries, era] = await Promise.all([
      connection.callBuffer('XRANGE', [outbox, '-', '+', 'COUNT', perRound]) as Promise<RawEntry[]>,
      connection.call('HGET', [outboxCountersKey(source.group, source.partition), 'era']),
    ]);
    if (entries.length === 0) return;
    const byDestination = Map.groupBy(entries, ([, fields]) => Number(String(fields[5])));
    await Promise.all(
      [...byDestination].map(([destination, parcels]) =>
        deliverTo(context, { ...source, era: String(era) }, destination, parcels),
      ),
    );
    await connection.call('XDEL', [outbox, ...entries.map(([id]) => id)]);
    if (entries.length < perRound) return;
  }
}

async function deliverTo(
  context: Context,
  source: Source & { readonly era: string },
  destination: number,
  entries: readonly RawEntry[],
): Promise<void> {
  const { group, partition, acks, era } = source;
  const parcels: Parcel[] = [];
  for (const [, fields] of entries) {
    const topic = String(fields[3]);
    if (!context.catalog.has(topic)) await context.catalog.topic(topic);
    const stream = context.catalog.key(topic, destination);
    parcels.push({ number: Number(String(fields[1])), stream, fields: fields.slice(ownFields) });
  }
  const inbox = inboxKey(group, destination);
  const step = { inbox, source: `${partition}:${era}`, parcels };
  const run = (connection: Connection): Promise<number> => deliver(connection, step);
  const missing =
    acks === 'all' ? await context.client.durable(inbox).write(run) : await run(context.client.writer(inbox));
  if (missing === 0) return;
  context.notify({
    kind: 'records-lost',
    message: `${missing} outputs of group ${group} that had reached partition ${destination} from partition ${partition} are gone there, as after a failover that lost writes`,
    details: { group, from: partition, to: destination, count: missing },
  });
}
