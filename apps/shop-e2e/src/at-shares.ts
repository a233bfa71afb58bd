import { decided } from './records.ts';
import type { Replay } from './replay.ts';
import type { World } from './world.ts';

/** Does it whenever such a share of the payments is decided. */
export async function atShares(
  replay: Replay,
  world: World,
  shares: readonly number[],
  inflict: () => Promise<void>,
): Promise<void> {
  await using streams = await replay.openStreams();
  const payments = await world.payments();
  for (const share of shares) {
    await decided(replay, streams, share * payments);
    await inflict();
  }
}
