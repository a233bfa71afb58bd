import type { Connections } from '../client/connections.ts';
import { isKafkaError } from '../client/kafka-error.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import { configValue, readConfigs } from './read-configs.ts';

export const largestMessage = 'max.message.bytes';
export const replicationFactor = 'replication.factor';
export const minInSync = 'min.insync.replicas';

/** What surrounds the records of a batch, at most. */
const batchOverhead = 64 * 1024;
/** A batch of one record of the largest size that the driver stores. */
export const usualMessageBytes: number = 16 * 1024 * 1024 + batchOverhead;
export const leastMessageBytes: number = 2 * batchOverhead;

/** What holds for topics that are created without saying it. */
export interface TopicDefaults {
  readonly maxMessageBytes: number;
  /** Of topics that groups keep for themselves. Default: those of the topics that the group reads. */
  readonly replicas: number | undefined;
  readonly minInSync: number | undefined;
}

/** The largest record that is sure to fit. */
export function maxRecordBytes({ maxMessageBytes }: TopicDefaults): number {
  return maxMessageBytes - batchOverhead;
}

export interface Replication {
  /** -1: as the broker is set up. */
  readonly replicas: number;
  readonly configs: Readonly<Record<string, string>>;
}

/** As safe as the safest of these topics, as far as this user may know: what is kept of them is worth no less. */
export async function replicationLike(
  connections: Connections,
  { replicas, minInSync: inSync }: TopicDefaults,
  topics: readonly string[],
): Promise<Replication> {
  const known = await retry({ ms: retryWithinMs }, () => connections.metadata(topics));
  const most = Math.max(-1, ...known.topics.map(({ partitions }) => partitions[0]?.replicas.length ?? -1));
  const least =
    inSync ?? Math.max(0, ...(await Promise.all(topics.map((topic) => minInSyncOf(connections, topic)))));
  return { replicas: replicas ?? most, configs: least > 0 ? { [minInSync]: String(least) } : {} };
}

async function minInSyncOf(connections: Connections, topic: string): Promise<number> {
  try {
    return Number(configValue(await readConfigs(connections, topic), minInSync) ?? 0);
  } catch (error) {
    if (isKafkaError(error, 'TOPIC_AUTHORIZATION_FAILED', 'UNKNOWN_TOPIC_OR_PARTITION')) return 0;
    throw error;
  }
}
