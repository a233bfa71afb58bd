import { type CopiedRecord, sizeOf } from './copied-record.ts';

/** Records of a batch at most: with more of them a copy waits less, and memory and each step of a backend stay small. */
export const batchRecords = 2000;
const mostBytes = 1 << 20;

/**
 * Batches that depend on nothing but the records: an interrupted copy that begins after one of them makes the same ones
 * again, so that a backend which stores each once can tell a repeat.
 */
export async function* batchesOf(
  chunks: AsyncIterable<readonly CopiedRecord[]>,
  mostRecords: number = batchRecords,
): AsyncGenerator<readonly CopiedRecord[], void, undefined> {
  let batch: CopiedRecord[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    for (const record of chunk) {
      const more = sizeOf(record);
      if (batch.length > 0 && (batch.length >= mostRecords || size + more > mostBytes)) {
        yield batch;
        batch = [];
        size = 0;
      }
      batch.push(record);
      size += more;
    }
  }
  if (batch.length > 0) yield batch;
}
