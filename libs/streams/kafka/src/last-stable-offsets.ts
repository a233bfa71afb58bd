import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from './context.ts';
import { endOfLog, listOffsets, partitionName, type TopicPartition } from './offsets.ts';
import { writeMissingMarkersIn } from './producer/missing-markers.ts';

const settleMs = 1_000;
const pollMs = 5;

/**
 * The offset behind the last committed record of each place; by place name. A transaction that was just committed gets
 * its markers a moment later: what was written before the call is waited for, as long as a transaction usually takes.
 */
export async function lastStableOffsets(
  context: Context,
  places: readonly TopicPartition[],
): Promise<Map<string, number>> {
  const { connections } = context;
  let healed = false;
  const questions = places.map((place) => ({ ...place, timestamp: endOfLog }));
  const written = await listOffsets(connections, questions, 'everything');
  const until = performance.now() + settleMs;
  for (;;) {
    const stable = await listOffsets(connections, questions, 'committed');
    const open = places.some(
      (place) => (stable.get(partitionName(place)) ?? 0) < (written.get(partitionName(place)) ?? 0),
    );
    if (!open) return stable;
    if (performance.now() > until) {
      if (healed || !(await finishAll(context, places, stable, written))) return stable;
      healed = true;
    }
    await delay(pollMs);
  }
}

/** Ends what was never ended, where that is known; true when there was something. */
async function finishAll(
  { cluster, connections }: Context,
  places: readonly TopicPartition[],
  stable: ReadonlyMap<string, number>,
  written: ReadonlyMap<string, number>,
): Promise<boolean> {
  const stuck = places.filter(
    (place) => (stable.get(partitionName(place)) ?? 0) < (written.get(partitionName(place)) ?? 0),
  );
  const ended = await Promise.all(
    stuck.map((place) => writeMissingMarkersIn(cluster, connections, place).catch(() => false)),
  );
  return ended.includes(true);
}
