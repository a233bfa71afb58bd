import type { NewRecord, Position } from '@millrace/streams';
import type { OffsetToCommit } from '../wire/offsets.ts';
import type { TransactionalProducer } from './transactional-producer.ts';

/**
 * Stores records, and the offsets of a group with them, in one transaction. Returns the records' positions in their order.
 * After an error nothing of it is stored, unless the producer is `uncertain`.
 */
export async function commitRecords(
  producer: TransactionalProducer,
  records: readonly NewRecord[],
  { group, offsets }: { readonly group: string; readonly offsets: readonly OffsetToCommit[] },
): Promise<Position[]> {
  const stored = new Map<unknown, number>();
  const onStored = (record: unknown, offset: number): void => void stored.set(record, offset);
  try {
    await producer.commit({ records, group, offsets, onStored });
  } catch (error) {
    if (!producer.uncertain) throw error;
    await producer.finish();
  }
  return records.map((record) => ({
    topic: record.topic,
    partition: record.partition,
    offset: String(stored.get(record) ?? -1),
  }));
}
