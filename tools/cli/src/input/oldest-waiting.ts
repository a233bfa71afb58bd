import type { Driver, GroupPartition, StoredRecord } from '@millrace/streams';
import { firstRecord } from './first-record.ts';

const chunk = 500;

/** The oldest record that a group has not acknowledged in a partition; undefined when none waits. */
export async function oldestWaiting(driver: Driver, at: GroupPartition): Promise<StoredRecord | undefined> {
  const { topic, partition, committed, lag } = at;
  if (lag === 0) return undefined;
  if (committed !== undefined)
    return await firstRecord(driver, topic, partition, { after: { topic, partition, offset: committed } });
  return await afterSkipped(driver, at);
}

/** A group that began at the end and has acknowledged nothing: only the newest records are its own. */
async function afterSkipped(
  driver: Driver,
  { topic, partition, lag }: GroupPartition,
): Promise<StoredRecord | undefined> {
  const described = (await driver.admin.describe(topic)).partitions.find(
    (each) => each.partition === partition,
  );
  let skip = Math.max(0, (described?.records ?? 0) - (lag ?? described?.records ?? 0));
  if (skip === 0) return await firstRecord(driver, topic, partition, 'earliest');
  for await (const records of driver.read(topic, partition, 'earliest', { to: 'now', max: chunk })) {
    if (skip < records.length) return records[skip];
    skip -= records.length;
  }
  return undefined;
}
