import { check } from '../client/kafka-error.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import type { Context } from '../context.ts';
import { describeConfigsRequest } from '../wire/configs.ts';

/** What is set for this group alone. */
export async function groupSettings(
  { connections }: Context,
  group: string,
): Promise<Readonly<Record<string, string>>> {
  const configs = await retry({ ms: retryWithinMs }, async () => {
    const described = await connections.any(describeConfigsRequest(group, 'group'));
    check(described.errorCode, `DescribeConfigs of the group ${group}`);
    return described.configs;
  });
  return Object.fromEntries(
    configs.flatMap(({ name, value, own }) => (own && value !== null ? [[name, value] as const] : [])),
  );
}
