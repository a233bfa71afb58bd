import { StreamsError } from '@millrace/streams';
import type { Connections } from '../client/connections.ts';
import { check, isKafkaError, KafkaError } from '../client/kafka-error.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import { type DescribedConfig, describeConfigsRequest } from '../wire/configs.ts';
import { createPartitionsRequest } from '../wire/topics.ts';
import { largestMessage } from './topic-configs.ts';
import { createTopics, topicsAsTheyAre } from './topics.ts';

/** Means what the broker's default means, and is a value that nobody else sets: this driver made the topic. */
const mark = { name: 'max.compaction.lag.ms', value: '9223372036854775806' } as const;

const largest = { name: 'max.message.bytes', value: String(largestMessage) } as const;

/**
 * A compacted topic of this driver of at least so many partitions. TOPIC_MISMATCH when the name is taken by a topic that
 * the driver did not make, or when it is not compacted any more.
 */
export async function ensureCompacted(
  connections: Connections,
  name: string,
  partitions: number,
): Promise<void> {
  const known = (await topicsAsTheyAre(connections, [name])).get(name);
  if (known === undefined) {
    const configs = { 'cleanup.policy': 'compact', [largest.name]: largest.value, [mark.name]: mark.value };
    await createTopics(connections, [{ name, partitions, replicas: -1, configs }]);
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
  if (known !== undefined && known < partitions)
    await connections.any(createPartitionsRequest(name, partitions));
  connections.forget(name);
}

/** Whether this driver made the topic. False when it may not be asked. */
export async function isInternalTopic(connections: Connections, name: string): Promise<boolean> {
  try {
    return isOurs(await configsOf(connections, name));
  } catch (error) {
    if (isKafkaError(error, 'TOPIC_AUTHORIZATION_FAILED', 'UNKNOWN_TOPIC_OR_PARTITION')) return false;
    throw error;
  }
}

async function configsOf(connections: Connections, name: string): Promise<readonly DescribedConfig[]> {
  return await retry({ ms: retryWithinMs }, async () => {
    const { errorCode, configs } = await connections.any(describeConfigsRequest(name));
    const error = new KafkaError(errorCode, '');
    if (isKafkaError(error, 'TOPIC_AUTHORIZATION_FAILED')) {
      throw new KafkaError(
        errorCode,
        `the topic ${name} may be somebody else's, and this user may not ask: grant DESCRIBE_CONFIGS on it`,
      );
    }
    check(errorCode, `the settings of ${name} could not be read`);
    return configs;
  });
}

/** By the mark or, of one that an earlier release made, by its size of messages beside no retention of its own. */
function isOurs(configs: readonly DescribedConfig[]): boolean {
  const own = (name: string): string | null | undefined =>
    configs.find((config) => config.name === name && config.own)?.value;
  if (own(mark.name) === mark.value) return true;
  return (
    own('cleanup.policy') !== undefined &&
    own(largest.name) === largest.value &&
    own('retention.ms') === undefined
  );
}

function configValue(configs: readonly DescribedConfig[], name: string): string | null | undefined {
  return configs.find((config) => config.name === name)?.value;
}

function foreign(name: string): StreamsError {
  return new StreamsError(
    'TOPIC_MISMATCH',
    `the topic ${name} was not made by this library, and a group of that name would keep its state in it: give the group another name`,
  );
}
