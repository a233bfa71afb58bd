import { compareOffsets } from './offsets.ts';

/** How what a sink holds of one partition differs from what was published there. */
export interface Comparison {
  /** Records of the partition. */
  readonly records: number;
  /** Offsets that the sink does not hold. */
  readonly missing: ReadonlySet<string>;
  /** Rows beyond the first of a record, and rows of records that never were. */
  readonly duplicated: number;
  /** Records applied after a later one of the partition, and so perhaps of their key. */
  readonly outOfOrder: number;
}

/**
 * Compares a partition's offsets in their order with the offsets of a sink's rows in the order in which they were
 * applied. Both are read once, side by side; what is kept in memory grows only with what differs.
 */
export async function comparePartition(
  published: AsyncIterable<string>,
  applied: AsyncIterable<string>,
): Promise<Comparison> {
  const rows = applied[Symbol.asyncIterator]();
  const missing = new Set<string>();
  let records = 0;
  let duplicated = 0;
  let outOfOrder = 0;
  const settle = (offset: string, expected?: string): void => {
    if (!missing.delete(offset)) duplicated += 1;
    else if (offset !== expected) outOfOrder += 1;
  };
  let row = await rows.next();
  for await (const expected of published) {
    records += 1;
    missing.add(expected);
    while (!row.done && compareOffsets(row.value, expected) <= 0) {
      settle(row.value, expected);
      row = await rows.next();
    }
  }
  for (; !row.done; row = await rows.next()) settle(row.value);
  return { records, missing, duplicated, outOfOrder };
}
