import { RowInserter, type SqlValue } from '@millrace/service/sql';
import type { Message } from '@millrace/streams';

/** How many messages took how long from published to applied: a histogram of fixed size, however many messages come. */
export interface LatencyRow {
  partition: number;
  bucket: number;
  messages: number;
}

export const latencyColumns: Readonly<Record<string, string>> = {
  partition: 'integer not null',
  bucket: 'integer not null',
  messages: 'bigint not null',
};

/** Each bucket is 5 % wider than the one before: 1 ms to a day takes 375 of them. */
const growth = Math.log(1.05);

/** Each partition counts in rows of its own, so that partitions never wait for each other. */
export const latencies: RowInserter = new RowInserter(
  'latencies',
  Object.keys(latencyColumns),
  'on conflict ("partition", bucket) do update set messages = latencies.messages + excluded.messages',
);

export function latencyCounts(
  messages: readonly Message<unknown>[],
  partition: number,
  appliedAt: number,
): readonly (readonly SqlValue[])[] {
  const counts = new Map<number, number>();
  for (const { timestamp } of messages) {
    const bucket = bucketOf(appliedAt - timestamp);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  return [...counts].map(([bucket, count]) => [partition, bucket, count]);
}

function bucketOf(milliseconds: number): number {
  return milliseconds <= 1 ? 0 : Math.ceil(Math.log(milliseconds) / growth);
}

/** The upper end of a bucket in milliseconds. */
export function bucketEnd(bucket: number): number {
  return Math.round(Math.exp(bucket * growth));
}
