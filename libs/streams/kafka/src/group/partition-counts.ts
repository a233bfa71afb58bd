import { patienceMs, patiently } from '../client/patience.ts';
import type { Context } from '../context.ts';

/** How many partitions each of these topics has. UNKNOWN_TOPIC when one does not exist. */
export async function partitionCounts(
  { connections }: Context,
  topics: readonly string[],
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const topic of topics) {
    const { partitions } = await patiently({ ms: patienceMs }, () => connections.topic(topic));
    counts[topic] = partitions.length;
  }
  return counts;
}

/** How many partitions the topic with the most of them has: so many leases the group has. */
export function highestCount(counts: Readonly<Record<string, number>>): number {
  return Math.max(0, ...Object.values(counts));
}
