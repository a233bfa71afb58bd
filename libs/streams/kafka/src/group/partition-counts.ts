import { retry, retryWithinMs } from '../client/retry.ts';
import type { Context } from '../context.ts';

/** How many partitions each of these topics has. UNKNOWN_TOPIC when one does not exist. */
export async function partitionCounts(
  { connections }: Context,
  topics: readonly string[],
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const topic of topics) {
    const { partitions } = await retry({ ms: retryWithinMs }, () => connections.topic(topic));
    counts[topic] = partitions.length;
  }
  return counts;
}

/** The counts as they are now, where some topic has got more partitions; undefined where none has. */
export async function grownCounts(
  { connections }: Context,
  known: Readonly<Record<string, number>>,
): Promise<Record<string, number> | undefined> {
  const { topics } = await connections.metadata(Object.keys(known));
  const grown = topics.filter(({ name, partitions }) => partitions.length > (known[name] ?? 0));
  if (grown.length === 0) return undefined;
  return { ...known, ...Object.fromEntries(grown.map(({ name, partitions }) => [name, partitions.length])) };
}

/** How many partitions the topic with the most of them has: so many leases the group has. */
export function highestCount(counts: Readonly<Record<string, number>>): number {
  return Math.max(0, ...Object.values(counts));
}
