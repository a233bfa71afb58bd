import { type Notice, type Retention, StreamsError, type TopicSpec } from '@millrace/streams';
import { retentionChanged, retentionKept, sameRetention } from '@millrace/streams/driver';
import type { Connections } from '../client/connections.ts';
import { check, KafkaError } from '../client/kafka-error.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import { incrementalAlterConfigsRequest } from '../wire/configs.ts';
import { askConfigs, configValue, readConfigs } from './read-configs.ts';
import { retentionConfigs, retentionOf } from './topic-configs.ts';

const pollMs = 5;

/**
 * Gives a topic that exists the retention of the spec; resolves once every broker knows of it. Returns what a person should
 * know, also where the topic is left as it is: it has records and readers, and that it keeps more is no reason not to use it.
 */
export async function changeRetention(
  connections: Connections,
  spec: TopicSpec,
): Promise<Notice | undefined> {
  const { name, retention } = spec;
  if (retention === undefined) return undefined;
  try {
    const configs = await readConfigs(connections, name);
    const [before, wanted] = [retentionOf(configs), asKafkaSays(retention)];
    if (sameRetention(before, wanted)) return undefined;
    const policy = configValue(configs, 'cleanup.policy');
    if (policy !== 'delete')
      return retentionKept(
        name,
        retention,
        `its cleanup.policy is ${policy}, which keeps the newest of each key`,
      );
    await retry({ ms: retryWithinMs }, async () => {
      const { errorCode, explanation } = await connections.any(
        incrementalAlterConfigsRequest(name, 'topic', retentionConfigs(retention)),
      );
      check(errorCode, explanation ?? `the settings of ${name} could not be changed`);
    });
    await knownEverywhere(connections, name, wanted);
    return retentionChanged(name, before, wanted);
  } catch (error) {
    if (!(error instanceof KafkaError) || error.transient) throw error;
    return retentionKept(
      name,
      retention,
      `${error.message}; grant DESCRIBE_CONFIGS and ALTER_CONFIGS on it, or set it with kafka-configs.sh`,
    );
  }
}

/** Each broker learns of a setting a moment after it was changed. */
async function knownEverywhere(connections: Connections, name: string, wanted: Retention): Promise<void> {
  const { nodes } = await retry({ ms: retryWithinMs }, () => connections.metadata([name]));
  await retry({ ms: retryWithinMs, longestPauseMs: pollMs }, async () => {
    const views = await Promise.allSettled(
      nodes.map(({ id }) => askConfigs(connections, name, { node: id })),
    );
    const other = views.some(
      (view) => view.status === 'fulfilled' && !sameRetention(retentionOf(view.value), wanted),
    );
    if (other) throw new StreamsError('UNAVAILABLE', `a broker does not know the retention of ${name} yet`);
  });
}

/** What was asked for, as Kafka's settings say it. */
function asKafkaSays(retention: Retention): Retention {
  const configs = Object.entries(retentionConfigs(retention));
  return retentionOf(configs.map(([name, value]) => ({ name, value, own: true })));
}
