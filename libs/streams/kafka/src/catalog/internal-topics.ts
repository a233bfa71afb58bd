import { StreamsError } from '@millrace/streams';
import type { Connections } from '../client/connections.ts';
import { isKafkaError, KafkaError } from '../client/kafka-error.ts';
import type { Context } from '../context.ts';
import type { DescribedConfig } from '../wire/configs.ts';
import { configValue, ownValue, readConfigs } from './read-configs.ts';
import { largestMessage, replicationLike, usualMessageBytes } from './topic-defaults.ts';
import { createTopics, growTopic, topicsAsTheyAre } from './topics.ts';

/** Means what the broker's default means, and is a value that nobody else sets: this driver made the topic. */
const mark = { name: 'max.compaction.lag.ms', value: '9223372036854775806' } as const;

/**
 * A compacted topic of this driver of at least so many partitions, as safe as those it is `like`. TOPIC_MISMATCH when the name is taken by a topic that
 * the driver did not make, or when it is not compacted any more.
 */
export async function ensureCompacted(
  { connections, topics }: Context,
  name: string,
  partitions: number,
  like: readonly string[],
): Promise<void> {
  const known = (await topicsAsTheyAre(connections, [name])).get(name);
  if (known === undefined) {
    const { replicas, configs } = await replicationLike(connections, topics, like);
    const own = { 'cleanup.policy': 'compact', [largestMessage]: String(topics.maxMessageBytes) };
    const all = { ...configs, ...own, [mark.name]: mark.value };
    await createTopics(connections, [{ name, partitions, replicas, configs: all }]);
  }
  // Also after it was created: somebody else may have been faster.
  const configs = await configsOf(connections, name);
  if (!isOurs(configs)) throw foreign(name);
  const policy = configValue(configs, 'cleanup.policy');
  if (policy !== 'compact') {
    throw new StreamsError(
      'TOPIC_MISMATCH',
      `the topic ${name} keeps state and must be compacted, but its cleanup.policy is ${policy}: state would be lost; set cleanup.policy=compact`,
    );
  }
  if (known !== undefined && known < partitions) await growTopic(connections, name, partitions);
  connections.forget(name);
}

/** Whether this driver made the topic. False when it is gone, UNAUTHORIZED when this user may not ask. */
export async function isInternalTopic(connections: Connections, name: string): Promise<boolean> {
  try {
    return isOurs(await configsOf(connections, name));
  } catch (error) {
    if (isKafkaError(error, 'UNKNOWN_TOPIC_OR_PARTITION')) return false;
    throw error;
  }
}

async function configsOf(connections: Connections, name: string): Promise<readonly DescribedConfig[]> {
  try {
    return await readConfigs(connections, name);
  } catch (error) {
    if (!isKafkaError(error, 'TOPIC_AUTHORIZATION_FAILED')) throw error;
    throw new KafkaError(
      error.code,
      `the topic ${name} may be somebody else's, and this user may not ask: grant DESCRIBE_CONFIGS on it`,
    );
  }
}

/** By the mark or, of one that an earlier release made, by its size of messages beside no retention of its own. */
function isOurs(configs: readonly DescribedConfig[]): boolean {
  if (ownValue(configs, mark.name) === mark.value) return true;
  return (
    ownValue(configs, 'cleanup.policy') !== undefined &&
    ownValue(configs, largestMessage) === String(usualMessageBytes) &&
    ownValue(configs, 'retention.ms') === undefined
  );
}

function foreign(name: string): StreamsError {
  return new StreamsError(
    'TOPIC_MISMATCH',
    `the topic ${name} was not made by this library, and a group of that name would keep its state in it: give the group another name`,
  );
}
