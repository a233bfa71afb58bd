import type { Stage } from '../engine/stage.ts';
import { openRedisClient } from '../native/redis-client.ts';
import { streamKeyOf } from './partition-nodes.ts';

/**
 * The last id that the group was given of the topic's only partition, as XINFO GROUPS says it. The embedded log has no such
 * pointer: there it is the newest of what is acknowledged or pending. Undefined when nothing was delivered.
 */
export async function lastDelivered(stage: Stage, topic: string, group: string): Promise<string | undefined> {
  return stage.backend === 'redis' ? ofRedis(stage, topic) : ofLog(stage, group);
}

/** The run's stream has one group. */
async function ofRedis(stage: Stage, topic: string): Promise<string | undefined> {
  const client = await openRedisClient(stage.url);
  try {
    await client.connect();
    const [group] = (await client.call('XINFO', 'GROUPS', streamKeyOf(stage, topic, 0))) as unknown[][];
    const at = group?.indexOf('last-delivered-id') ?? -1;
    return at < 0 ? undefined : String(group?.[at + 1]);
  } finally {
    client.disconnect();
  }
}

async function ofLog(stage: Stage, group: string): Promise<string | undefined> {
  const { partitions } = await stage.streams.admin.describeGroup(group);
  const pending = await stage.streams.admin.pending(group, { limit: 100 });
  const offsets = [
    ...partitions.map(({ committed }) => committed),
    ...pending.map(({ position }) => position.offset),
  ];
  return offsets
    .filter((offset) => offset !== undefined)
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1);
}
