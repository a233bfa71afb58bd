import { type Position, StreamsError } from '@millrace/streams';
import { claim } from '../commands/competing.ts';
import type { DriverContext } from '../context.ts';
import { idOf } from '../entries/ids.ts';
import { reportLost } from '../group/records-lost.ts';
import { groupKeys } from '../keys.ts';

export interface ClaimOptions {
  readonly positions: readonly Position[];
  readonly minIdleMs: number;
}

/** Hands entries of a competing group to a member; returns those that were idle long enough. */
export async function claimEntries(
  context: DriverContext,
  group: string,
  member: string,
  { positions, minIdleMs }: ClaimOptions,
): Promise<Position[]> {
  const { mode } = await context.groups.own(group);
  if (mode !== 'competing') {
    throw new StreamsError(
      'UNSUPPORTED',
      `the group ${group} is partitioned: its entries belong to whoever holds the partition's lease`,
    );
  }
  const moved: Position[] = [];
  for (const position of positions) {
    const { topic, partition } = position;
    await context.topics.topic(topic);
    const stream = context.topics.key(topic, partition);
    const ids = [idOf(position)];
    const { claimed, lost } = await claim(
      context.client.connection(),
      { stream, group, member },
      { minIdleMs, ids },
    );
    if (claimed.length > 0) moved.push(position);
    reportLost(context.notify, { group, topic, partition, ids: lost });
  }
  // Whoever may not publish makes the member wait until it looks by itself.
  await context.client
    .connection()
    .call('PUBLISH', [groupKeys(group).channel, 'claimed'])
    .catch(() => undefined);
  return moved;
}
