import type { Connections } from '../client/connections.ts';
import { check } from '../client/kafka-error.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import { type DescribedConfig, describeConfigsRequest } from '../wire/configs.ts';

/** The settings of a topic, its own and those that the brokers give it. */
export async function readConfigs(
  connections: Connections,
  topic: string,
): Promise<readonly DescribedConfig[]> {
  return await retry({ ms: retryWithinMs }, async () => {
    const { errorCode, configs } = await connections.any(describeConfigsRequest(topic));
    check(errorCode, `the settings of ${topic} could not be read`);
    return configs;
  });
}

export function configValue(configs: readonly DescribedConfig[], name: string): string | null | undefined {
  return configs.find((config) => config.name === name)?.value;
}

/** The value that was set for the topic itself. */
export function ownValue(configs: readonly DescribedConfig[], name: string): string | undefined {
  return configs.find((config) => config.name === name && config.own)?.value ?? undefined;
}
