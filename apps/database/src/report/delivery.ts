import type { Streams } from '@millrace/streams';
import { type Kysely, sql } from 'kysely';
import { ledgerTables, type ShopTables } from '../tables/index.ts';

/** What the store alone can tell; losses and order show only beside the streams (see `GET /applied/:topic`). */
export interface DeliveryFigures {
  readonly messages: number;
  /** Rows beyond the first with one event id. */
  readonly duplicated: number;
  readonly deadLettered: number;
}

export async function deliveryFigures(db: Kysely<ShopTables>, streams: Streams): Promise<DeliveryFigures> {
  let messages = 0;
  let duplicated = 0;
  for (const { name } of ledgerTables) {
    const { rows } = await sql<{ messages: number; ids: number }>`
      select count(*) as messages, count(distinct event_id) + count(case when event_id is null then 1 end) as ids
      from ${sql.table(name)}`.execute(db);
    messages += rows[0]?.messages ?? 0;
    duplicated += (rows[0]?.messages ?? 0) - (rows[0]?.ids ?? 0);
  }
  return { messages, duplicated, deadLettered: await deadLettered(streams) };
}

async function deadLettered(streams: Streams): Promise<number> {
  const topics = await streams.admin.topics();
  const letters = topics.filter((topic) => topic.endsWith('.dead-letters'));
  const described = await Promise.all(letters.map((topic) => streams.admin.describe(topic)));
  return described.flatMap(({ partitions }) => partitions).reduce((sum, { records }) => sum + records, 0);
}
