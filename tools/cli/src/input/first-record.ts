import type { Driver, Start, StoredRecord } from '@millrace/streams';

/** The first record from there on among those stored now; undefined when there is none. */
export async function firstRecord(
  driver: Driver,
  topic: string,
  partition: number,
  from: Start,
): Promise<StoredRecord | undefined> {
  for await (const [record] of driver.read(topic, partition, from, { to: 'now', max: 1 }))
    if (record) return record;
  return undefined;
}
