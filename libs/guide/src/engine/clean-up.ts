import { retry, type Streams } from '@millrace/streams';
import { Cluster, type Redis } from 'ioredis';
import type { BackendKind } from '../events.ts';
import { openKafkaAdmin } from '../native/kafka-admin.ts';
import { openRedisClient } from '../native/redis-client.ts';
import { waitUntil } from './wait-until.ts';

/** Removes every group, topic and key of a run. Nothing of it is left, or it throws. */
export async function cleanUp(
  backend: BackendKind,
  url: string,
  namespace: string,
  streams: Streams,
): Promise<void> {
  const never = new AbortController().signal;
  for (const group of await streams.admin.groups())
    await waitUntil(`the group ${group} is deleted`, never, () =>
      streams.admin.deleteGroup(group).then(
        () => true,
        () => false,
      ),
    );
  for (const topic of await streams.admin.topics())
    await streams.admin.deleteTopic(topic).catch(() => undefined);
  switch (backend) {
    case 'redis':
      return removeKeys(url, namespace);
    case 'kafka':
      return removeFromKafka(url, namespace);
    case 'embedded':
      return;
    default:
      return backend satisfies never;
  }
}

async function removeKeys(url: string, namespace: string): Promise<void> {
  const client = await openRedisClient(url);
  try {
    await client.connect();
    const nodes: Redis[] = client instanceof Cluster ? client.nodes('master') : [client];
    for (const node of nodes) {
      const scan = node.scanStream({ match: `*${namespace}*`, count: 500 });
      for await (const keys of scan) for (const key of keys as string[]) await client.unlink(key);
    }
  } finally {
    client.disconnect();
  }
}

async function removeFromKafka(url: string, namespace: string): Promise<void> {
  const admin = await openKafkaAdmin(url);
  try {
    const own = (name: string): boolean => name.includes(namespace);
    // A broker that has just begun to keep groups is loading them.
    const listed = await retry(() => admin.listGroups(), {
      ...{ deadlineMs: 20_000, initialMs: 100, maxMs: 1_000 },
      isRetryable: (error) => error instanceof Error && 'retriable' in error && error.retriable === true,
    });
    const groups = listed.groups.map(({ groupId }) => groupId).filter(own);
    if (groups.length > 0) await admin.deleteGroups(groups).catch(() => undefined);
    const topics = (await admin.listTopics()).filter(own);
    if (topics.length > 0) await admin.deleteTopics({ topics }).catch(() => undefined);
  } finally {
    await admin.disconnect();
  }
}
