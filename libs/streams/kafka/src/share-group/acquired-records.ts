import { decodeBatches } from '../wire/batch-decoder.ts';
import type { ShareFetchAnswer, ShareFetchedPartition } from '../wire/share-groups.ts';
import type { AcquiredRecord } from './in-flight.ts';
import type { AcquiredOffset, ShareSession } from './share-session.ts';

export interface Acquired {
  readonly records: AcquiredRecord[];
  /** Acquired offsets where no record is stored: markers of transactions, what compaction took away. */
  readonly gaps: readonly AcquiredOffset[];
  readonly failed: readonly { readonly topic: string; readonly errorCode: number }[];
}

/** What a fetch acquired, in the order of the offsets of each partition. */
export async function acquiredRecords(
  session: ShareSession,
  { partitions }: ShareFetchAnswer,
  topicOf: (topicId: string) => string | undefined,
): Promise<Acquired> {
  const records: AcquiredRecord[] = [];
  const gaps: AcquiredOffset[] = [];
  const failed: { topic: string; errorCode: number }[] = [];
  for (const found of partitions) {
    const topic = topicOf(found.topicId);
    if (topic === undefined) continue;
    if (found.errorCode !== 0) failed.push({ topic, errorCode: found.errorCode });
    if (found.acquired.length > 0) await takePartition(session, topic, found, { records, gaps });
  }
  return { records, gaps, failed };
}

async function takePartition(
  session: ShareSession,
  topic: string,
  { topicId, partition, batches, acquired }: ShareFetchedPartition,
  into: { readonly records: AcquiredRecord[]; readonly gaps: AcquiredOffset[] },
): Promise<void> {
  // The broker leaves out of the acquired ranges what was aborted.
  const { records } = await decodeBatches(batches, 0, []);
  const byOffset = new Map(records.map((wire) => [wire.offset, wire]));
  for (const { first, last, deliveryCount } of acquired) {
    for (let offset = first; offset <= last; offset++) {
      const place = { topicId, partition, offset };
      const wire = byOffset.get(offset);
      if (!wire) into.gaps.push(place);
      else {
        const state = { attempts: 0, begun: false, delivered: false, handled: false };
        into.records.push({ ...place, topic, session, wire, deliveryCount, ...state });
      }
    }
  }
}
