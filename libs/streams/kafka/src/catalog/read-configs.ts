import type { Connections } from '../client/connections.ts';
import { check } from '../client/kafka-error.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import { type DescribedConfig, describeConfigsRequest, type Resource } from '../wire/configs.ts';

/** What the settings are of, and which broker is asked. Default: a topic, and any broker. */
export interface ConfigsOf {
  readonly of?: Resource;
  readonly node?: number;
}

/** The settings of a topic, a broker or a group, its own and those that the brokers give it. Tried again where that may help. */
export async function readConfigs(
  connections: Connections,
  name: string,
  place: ConfigsOf = {},
): Promise<readonly DescribedConfig[]> {
  return await retry({ ms: retryWithinMs }, () => askConfigs(connections, name, place));
}

/** As `readConfigs`, asked once. */
export async function askConfigs(
  connections: Connections,
  name: string,
  { of = 'topic', node }: ConfigsOf,
): Promise<readonly DescribedConfig[]> {
  const request = describeConfigsRequest(name, of);
  const { errorCode, configs } = await (node === undefined
    ? connections.any(request)
    : connections.at(node, request));
  check(errorCode, `the settings of the ${of} ${name} could not be read`);
  return configs;
}

export function configValue(configs: readonly DescribedConfig[], name: string): string | null | undefined {
  return configs.find((config) => config.name === name)?.value;
}

/** The value that was set for the topic itself. */
export function ownValue(configs: readonly DescribedConfig[], name: string): string | undefined {
  return configs.find((config) => config.name === name && config.own)?.value ?? undefined;
}
