import { bytes, formatPosition, type Streams, topic } from '@millrace/streams';
import type { AppliedRow } from './applied-rows.ts';
import { PartitionComparison } from './partition-comparison.ts';

/** How what a sink holds of a topic differs from the topic. */
export interface TopicComparison {
  /** Positions that the sink does not hold. */
  readonly missing: readonly string[];
  readonly duplicated: number;
  readonly outOfOrder: number;
}

/** Lays a sink's rows, in the order in which they were applied, beside the topic as it stands. */
export async function compareTopic(
  streams: Streams,
  name: string,
  rows: AsyncIterable<readonly AppliedRow[]>,
): Promise<TopicComparison> {
  const { partitions } = await streams.admin.describe(name);
  const comparisons = partitions.map(
    ({ partition }) => [partition, new PartitionComparison(offsets(streams, name, partition))] as const,
  );
  const byPartition = new Map(comparisons);
  let strangers = 0;
  for await (const page of rows) {
    for (const { partition, offset } of page) {
      const comparison = byPartition.get(partition);
      if (comparison) await comparison.applied(offset);
      else strangers += 1;
    }
  }
  for (const comparison of byPartition.values()) await comparison.finish();
  return {
    missing: comparisons.flatMap(([partition, { missing }]) =>
      [...missing].map((offset) => formatPosition({ topic: name, partition, offset })),
    ),
    duplicated: comparisons.reduce((sum, [, { duplicated }]) => sum + duplicated, strangers),
    outOfOrder: comparisons.reduce((sum, [, { outOfOrder }]) => sum + outOfOrder, 0),
  };
}

/** Without a schema, so that no record can stop the comparison. */
async function* offsets(streams: Streams, name: string, partition: number): AsyncGenerator<string> {
  const records = streams.read(topic(name, { codec: bytes }), { partitions: [partition], to: 'now' });
  for await (const { offset } of records) yield offset;
}
