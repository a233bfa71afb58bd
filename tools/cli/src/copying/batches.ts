import { type CopiedRecord, sizeOf } from './copied-record.ts';

const mostRecords = 500;
const mostBytes = 1 << 20;

/**
 * Batches that depend on nothing but the records: an interrupted copy that begins after one of them makes the same ones
 * again, so that a backend which stores each once can tell a repeat.
 */
export async function* batchesOf(
  records: AsyncIterable<CopiedRecord>,
): AsyncGenerator<readonly CopiedRecord[], void, undefined> {
  let batch: CopiedRecord[] = [];
  let size = 0;
  for await (const record of records) {
    const more = sizeOf(record);
    if (batch.length > 0 && (batch.length >= mostRecords || size + more > mostBytes)) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(record);
    size += more;
  }
  if (batch.length > 0) yield batch;
}
