import type { StoredRecord } from '@millrace/streams';
import type { Place } from './offsets.ts';
import type { WireRecord } from './wire/batch-decoder.ts';

const nothing = Buffer.alloc(0);

export function storedRecord({ topic, partition }: Place, record: WireRecord): StoredRecord {
  const { offset, key, value, headers, timestamp } = record;
  return { topic, partition, offset: String(offset), key, value: value ?? nothing, headers, timestamp };
}
