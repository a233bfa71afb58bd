import { type Position, StreamsError } from '@millrace/streams';
import type { Context } from '../context.ts';
import { idOf } from '../ids.ts';
import { groupKeys } from '../keys.ts';

export interface ClaimOptions {
  readonly positions: readonly Position[];
  readonly minIdleMs: number;
}

/** Hands entries of a competing group to a member; answers those that were idle long enough. */
export async function claimEntries(
  context: Context,
  group: string,
  member: string,
  { positions, minIdleMs }: ClaimOptions,
): Promise<Position[]> {
  const { mode } = await context.groups.entry(group);
  if (mode !== 'competing') {
    throw new StreamsError(
      'UNSUPPORTED',
      `the group ${group} is partitioned: its entries belong to whoever holds the partition's lease`,
    );
  }
  const moved: Position[] = [];
  for (const position of positions) {
    await context.catalog.topic(position.topic);
    const stream = context.catalog.key(position.topic, position.partition);
    const args = [stream, group, member, minIdleMs, idOf(position), 'JUSTID'];
    const claimed = (await context.client.connection().call('XCLAIM', args)) as unknown[];
    if (claimed.length > 0) moved.push(position);
  }
  // Whoever may not publish makes the member wait until it looks by itself.
  await context.client
    .connection()
    .call('PUBLISH', [groupKeys(group).channel, 'claimed'])
    .catch(() => undefined);
  return moved;
}
