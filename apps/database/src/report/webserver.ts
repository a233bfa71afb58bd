import { isStreamsError, type Streams } from '@millrace/streams';
import { type Kysely, sql } from 'kysely';
import type { ShopTables } from '../tables/index.ts';

export interface WebserverFigures {
  readonly lines: number;
  readonly pageViews: number;
  readonly malformed: number;
  readonly bytes: number;
  readonly byStatus: Readonly<Record<string, number>>;
}

/** Page views from the store; malformed lines from the dead letters of the group that refused them. */
export async function webserverFigures(db: Kysely<ShopTables>, streams: Streams): Promise<WebserverFigures> {
  const { pageViews, bytes } = await db
    .selectFrom('page_views')
    .select(({ fn }) => [
      fn.countAll<number>().as('pageViews'),
      fn.coalesce(fn.sum<number>('bytes'), sql<number>`0`).as('bytes'),
    ])
    .executeTakeFirstOrThrow();
  const statuses = await db
    .selectFrom('page_views')
    .select(({ fn }) => ['status', fn.countAll<number>().as('count')])
    .groupBy('status')
    .orderBy('status')
    .execute();
  const malformed = await rejectedLines(streams);
  const byStatus = Object.fromEntries(statuses.map(({ status, count }) => [status, count]));
  return { lines: pageViews + malformed, pageViews, malformed, bytes, byStatus };
}

async function rejectedLines(streams: Streams): Promise<number> {
  let count = 0;
  try {
    for await (const letter of streams.admin.deadLetters('webserver'))
      if (letter.code === 'REJECTED') count++;
  } catch (error) {
    if (!isStreamsError(error, 'UNKNOWN_TOPIC')) throw error;
  }
  return count;
}
