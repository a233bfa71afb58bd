import type { Streams } from '@millrace/streams';
import type { Replay } from './replay.ts';
import { unlessAway } from './until.ts';

/** How many records a topic holds. */
export async function recordsIn(streams: Streams, topic: string): Promise<number> {
  const { partitions } = await streams.admin.describe(topic);
  return partitions.reduce((sum, { records }) => sum + records, 0);
}

/** Waits until so many payments have been decided: how far a run is. */
export async function decided(replay: Replay, streams: Streams, payments: number): Promise<void> {
  await replay.until(`${payments} payments that are decided`, () =>
    unlessAway(async () => (await recordsIn(streams, 'payment-results')) >= payments),
  );
}
