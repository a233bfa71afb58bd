import type { TopicDescription } from '@millrace/streams';
import { readConfigs } from '../catalog/read-configs.ts';
import { retentionOf, settingsOf } from '../catalog/topic-configs.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import type { Context } from '../context.ts';
import { lastStableOffsets } from '../last-stable-offsets.ts';
import { listOffsets, partitionName, startOfLog } from '../offsets.ts';
import type { TopicMetadata } from '../wire/metadata.ts';
import type { RecordCounts } from './record-counts.ts';

export async function describeTopic(
  context: Context,
  counts: RecordCounts,
  name: string,
): Promise<TopicDescription> {
  const { connections } = context;
  connections.forget(name);
  const topic = await retry({ ms: retryWithinMs }, () => connections.topic(name));
  const places = topic.partitions.map(({ partition }) => ({ topic: name, partition }));
  const configs = await readConfigs(connections, name);
  const [begins, ends] = await Promise.all([
    listOffsets(
      connections,
      places.map((place) => ({ ...place, timestamp: startOfLog })),
    ),
    lastStableOffsets(context, places),
  ]);
  const partitions = await Promise.all(
    places.map(async (place) => {
      const [begin, end] = [begins.get(partitionName(place)) ?? 0, ends.get(partitionName(place)) ?? 0];
      const { records, first, last } = await counts.of(context, place, begin, end);
      return {
        partition: place.partition,
        ...(records > 0 ? { first: String(first), last: String(last) } : {}),
        records,
        placement: placement(topic, place.partition),
      };
    }),
  );
  return {
    name,
    retention: retentionOf(configs),
    settings: settingsOf(configs),
    partitions: partitions.toSorted((a, b) => a.partition - b.partition),
  };
}

function placement({ partitions }: TopicMetadata, partition: number): string {
  const found = partitions.find((each) => each.partition === partition);
  return `leader ${found?.leader}, replicas ${found?.replicas.join(' ')}, in sync ${found?.inSync.join(' ')}`;
}
