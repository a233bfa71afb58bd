import type { Driver } from '@millrace/streams';
import type { RedisServer } from '@millrace/testing';

/** Destroys a group on all of its streams, as an operator or a failover can. */
export async function loseGroup(
  driver: Driver,
  server: Pick<RedisServer, 'command'>,
  group: string,
): Promise<void> {
  const { partitions } = await driver.admin.describeGroup(group);
  for (const { topic, partition } of partitions) {
    await server.command('XGROUP', 'DESTROY', `${topic}:{P${partition}}`, group);
  }
}
