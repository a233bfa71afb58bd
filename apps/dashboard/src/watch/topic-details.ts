import { isStreamsError, type Retention, rawTopic, type StoredRecord, type Streams } from '@millrace/streams';
import type { TopicDetails } from '../api/details.ts';
import type { Masks } from '../messages/mask.ts';
import { writersOf } from './writers.ts';

const sampled = 20;
const sampleWithinMs = 2_000;

/** All that can be said of a topic. UNKNOWN_TOPIC when there is none. */
export async function topicDetails(streams: Streams, masks: Masks, name: string): Promise<TopicDetails> {
  const description = await streams.admin.describe(name);
  const [readers, averageBytes] = await Promise.all([readersOf(streams, name), averageSize(streams, name)]);
  return {
    name,
    retention: retentionText(description.retention),
    settings: description.settings,
    partitions: description.partitions.map(({ partition, first, last, records, placement }) => ({
      partition,
      first: first ?? null,
      last: last ?? null,
      records,
      placement: placement ?? null,
    })),
    writers: writersOf(name),
    readers,
    averageBytes,
    personal: masks.of(name),
  };
}

async function readersOf(streams: Streams, topic: string): Promise<TopicDetails['readers']> {
  const readers: { group: string; lag: number | null }[] = [];
  for (const group of await streams.admin.groups()) {
    try {
      const { partitions } = await streams.admin.describeGroup(group);
      const own = partitions.filter((each) => each.topic === topic);
      if (own.length === 0) continue;
      const lag = own.reduce<number | null>(
        (sum, each) => (sum === null || each.lag === undefined ? null : sum + each.lag),
        0,
      );
      readers.push({ group, lag });
    } catch (error) {
      if (!isStreamsError(error, 'UNKNOWN_GROUP')) throw error;
    }
  }
  return readers.toSorted((a, b) => a.group.localeCompare(b.group));
}

async function averageSize(streams: Streams, name: string): Promise<number | null> {
  const records: StoredRecord[] = [];
  const signal = AbortSignal.timeout(sampleWithinMs);
  for await (const { record } of streams.read(rawTopic(name), { to: 'now', limit: sampled, signal }))
    records.push(record);
  if (records.length === 0) return null;
  return Math.round(records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0) / records.length);
}

function retentionText({ maxAgeMs, maxRecords, evenIfUnacknowledged }: Retention): string {
  const limits = [
    maxAgeMs === undefined ? [] : `for ${duration(maxAgeMs)}`,
    maxRecords === undefined ? [] : `the newest ${new Intl.NumberFormat('en-GB').format(maxRecords)} records`,
  ].flat();
  if (limits.length === 0) return 'keeps everything';
  return `keeps ${limits.join(' and ')}${evenIfUnacknowledged ? '' : ', and what is not acknowledged'}`;
}

function duration(ms: number): string {
  if (ms >= 86_400_000) return `${Math.round(ms / 86_400_000)} days`;
  return ms >= 3_600_000 ? `${Math.round(ms / 3_600_000)} hours` : `${Math.round(ms / 1_000)} seconds`;
}
