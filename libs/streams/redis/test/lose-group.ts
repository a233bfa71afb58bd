import type { Driver } from '@millrace/streams';
import type { RedisServer } from '@millrace/testing';

/** Destroys a group on all of its streams, as an operator or a failover can. */
export async function loseGroup(
  driver: Driver,
  serverOf: (key: string) => Promise<Pick<RedisServer, 'command'>>,
  group: string,
): Promise<void> {
  const { partitions } = await driver.admin.describeGroup(group);
  for (const { topic, partition } of partitions) {
    const stream = `${topic}:{P${partition}}`;
    const server = await serverOf(stream);
    await server.command('XGROUP', 'DESTROY', stream, group);
  }
}
