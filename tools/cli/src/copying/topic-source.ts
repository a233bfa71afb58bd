import type { Driver } from '@millrace/streams';
import { fromStored, keepsTimes } from './copied-record.ts';
import type { Source } from './source.ts';

const chunk = 1000;

/** A topic as it is now; what is stored while it is copied is left for the next copy. */
export async function topicSource(driver: Driver, topic: string, signal: AbortSignal): Promise<Source> {
  const keepsTime = keepsTimes(driver);
  const { partitions, retention } = await driver.admin.describe(topic);
  return {
    topic,
    retention,
    partitions: partitions.map(({ partition, records, last }) => ({
      partition,
      records,
      end: records === 0 ? undefined : last,
    })),
    async *read(partition, after, end) {
      const from = after === undefined ? 'earliest' : { after: { topic, partition, offset: after } };
      const to = { through: { topic, partition, offset: end } };
      for await (const records of driver.read(topic, partition, from, { to, max: chunk, signal }))
        yield records.map((record) => fromStored(record, keepsTime));
    },
  };
}
