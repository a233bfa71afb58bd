import { setTimeout as delay } from 'node:timers/promises';
import type { Connections } from './client/cluster.ts';
import { endOfLog, listOffsets, type Place, placeName } from './offsets.ts';

const settleMs = 1_000;
const pollMs = 5;

/**
 * The offset behind the last committed record of each place; by place name. A transaction that was just committed gets
 * its markers a moment later: what was written before the call is waited for, as long as a transaction usually takes.
 */
export async function stableEnds(
  connections: Connections,
  places: readonly Place[],
): Promise<Map<string, number>> {
  const questions = places.map((place) => ({ ...place, timestamp: endOfLog }));
  const written = await listOffsets(connections, questions, 'everything');
  const until = performance.now() + settleMs;
  for (;;) {
    const stable = await listOffsets(connections, questions, 'committed');
    const open = places.some(
      (place) => (stable.get(placeName(place)) ?? 0) < (written.get(placeName(place)) ?? 0),
    );
    if (!open || performance.now() > until) return stable;
    await delay(pollMs);
  }
}
