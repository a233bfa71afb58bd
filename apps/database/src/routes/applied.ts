import { isStorable, notStorable } from '@millrace/events';
import { type HttpServer, notFound } from '@millrace/service';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { z } from 'zod';
import { ledgerTables, type ShopTables } from '../tables/index.ts';

const params = z.object({ topic: z.string().refine(isStorable, notStorable) });
const querystring = z.object({
  after: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().min(1).max(20_000).default(1_000),
});

interface Applied {
  readonly sequence: number;
  readonly partition: number;
  readonly offset: string;
  readonly eventId: string | null;
}

/**
 * `GET /applied/:topic?after=&limit=`: which messages of a topic the store holds, in the order in which they were
 * applied, page by page; to be laid beside the stream. `next` is the `after` of the next page, null on the last.
 */
export function addAppliedRoute(server: HttpServer, db: Kysely<ShopTables>): void {
  const tables = new Map(ledgerTables.map(({ topic, name }) => [topic.name, name]));
  server.get('/applied/:topic', { schema: { params, querystring } }, async (request) => {
    const { topic } = request.params;
    const { after, limit } = request.query;
    const table = tables.get(topic);
    if (!table) throw notFound(`No table holds ${topic}; there are ${[...tables.keys()].join(', ')}.`);
    const { rows } = await sql<Applied>`
      select sequence, "partition", "offset", event_id as "eventId" from ${sql.table(table)}
      where sequence > ${after} order by sequence limit ${limit}`.execute(db);
    return { topic, rows, next: rows.length === limit ? rows.at(-1)?.sequence : null };
  });
}
