import type { Kysely } from 'kysely';
import type { ShopTables } from '../tables/index.ts';
import { bucketEnd } from '../tables/latencies.ts';

/** Milliseconds from published to applied. */
export interface EndToEndFigures {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export async function endToEndFigures(db: Kysely<ShopTables>): Promise<EndToEndFigures> {
  const buckets = await db
    .selectFrom('latencies')
    .select(({ fn }) => ['bucket', fn.sum<number>('messages').as('messages')])
    .groupBy('bucket')
    .orderBy('bucket')
    .execute();
  const total = buckets.reduce((sum, { messages }) => sum + messages, 0);
  const percentile = (share: number): number => {
    let counted = 0;
    for (const { bucket, messages } of buckets) {
      counted += messages;
      if (counted >= total * share) return bucketEnd(bucket);
    }
    return 0;
  };
  return { p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99) };
}
