import type { Connections } from '../client/connections.ts';
import { createPartitionsRequest } from '../wire/topics.ts';
import { largestMessage } from './topic-configs.ts';
import { createTopics, topicsAsTheyAre } from './topics.ts';

/** A compacted topic of at least so many partitions. */
export async function ensureCompacted(
  connections: Connections,
  name: string,
  partitions: number,
): Promise<void> {
  const configs = { 'cleanup.policy': 'compact', 'max.message.bytes': String(largestMessage) };
  const known = (await topicsAsTheyAre(connections, [name])).get(name);
  if (known === undefined) await createTopics(connections, [{ name, partitions, replicas: -1, configs }]);
  else if (known < partitions) await connections.any(createPartitionsRequest(name, partitions));
  connections.forget(name);
}
