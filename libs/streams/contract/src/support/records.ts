import type { Driver, NewRecord, StoredRecord } from '@millrace/streams';
import { all } from './collect.ts';

const decoder = new TextDecoder();

export function makeRecord(
  topic: string,
  partition: number,
  value: NewRecord['value'],
  rest: Partial<NewRecord> = {},
): NewRecord {
  return { topic, partition, key: null, value, headers: {}, timestamp: Date.now(), ...rest };
}

/** Records with the values `<prefix>0`, `<prefix>1`, … for one partition. */
export function makeRecords(topic: string, partition: number, count: number, prefix = ''): NewRecord[] {
  return Array.from({ length: count }, (_, index) => makeRecord(topic, partition, `${prefix}${index}`));
}

/** What one partition holds now. */
export async function stored(driver: Driver, topic: string, partition = 0): Promise<StoredRecord[]> {
  const chunks = await all(driver.read(topic, partition, 'earliest', { to: 'now', max: 500 }));
  return chunks.flat();
}

export function textsOf(records: readonly StoredRecord[]): string[] {
  return records.map(textOf);
}

export function textOf({ value }: StoredRecord): string {
  return decoder.decode(value ?? undefined);
}

export async function storedTexts(driver: Driver, topic: string, partition = 0): Promise<string[]> {
  return textsOf(await stored(driver, topic, partition));
}
