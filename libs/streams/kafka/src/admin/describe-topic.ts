import type { TopicDescription } from '@millrace/streams';
import { retentionOf, settingsOf } from '../catalog/topic-configs.ts';
import { check } from '../client/kafka-error.ts';
import { patiently } from '../client/patience.ts';
import type { Context } from '../context.ts';
import { listOffsets, placeName, startOfLog } from '../offsets.ts';
import { stableEnds } from '../stable-ends.ts';
import { describeConfigsRequest, type TopicMetadata } from '../wire/topics.ts';

const patienceMs = 20_000;

/** Numbers of records count the markers of transactions too. */
export async function describeTopic({ connections }: Context, name: string): Promise<TopicDescription> {
  connections.forget(name);
  const topic = await patiently({ ms: patienceMs }, () => connections.topic(name));
  const places = topic.partitions.map(({ partition }) => ({ topic: name, partition }));
  const { errorCode, configs } = await patiently({ ms: patienceMs }, () =>
    connections.any(describeConfigsRequest(name)),
  );
  check(errorCode, `the settings of ${name} could not be read`);
  const [begins, ends] = await Promise.all([
    listOffsets(
      connections,
      places.map((place) => ({ ...place, timestamp: startOfLog })),
    ),
    stableEnds(connections, places),
  ]);
  return {
    name,
    retention: retentionOf(configs),
    settings: settingsOf(configs),
    partitions: places
      .map((place) => {
        const [begin, end] = [begins.get(placeName(place)) ?? 0, ends.get(placeName(place)) ?? 0];
        return {
          partition: place.partition,
          ...(end > begin ? { first: String(begin), last: String(end - 1) } : {}),
          records: Math.max(0, end - begin),
          placement: placement(topic, place.partition),
        };
      })
      .toSorted((a, b) => a.partition - b.partition),
  };
}

function placement({ partitions }: TopicMetadata, partition: number): string {
  const found = partitions.find((each) => each.partition === partition);
  return `leader ${found?.leader}, replicas ${found?.replicas.join(' ')}, in sync ${found?.inSync.join(' ')}`;
}
