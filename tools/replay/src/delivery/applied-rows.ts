import { z } from 'zod';
import { ask } from '../report/service-answers.ts';

/** A row of the database service's store: which record it holds. */
export interface AppliedRow {
  readonly partition: number;
  readonly offset: string;
}

interface Page {
  readonly rows: readonly AppliedRow[];
  readonly next: number | null;
}

const pageSchema: z.ZodType<Page> = z.object({
  rows: z.array(z.object({ partition: z.int(), offset: z.string() })),
  next: z.int().nullable(),
});

const pageSize = 10_000;

/** What the database service holds of a topic, in the order in which it was applied; a page at a time is in memory. */
export async function* appliedRows(
  topic: string,
  address: (service: string) => Promise<string>,
): AsyncGenerator<readonly AppliedRow[]> {
  for (let after: number | null = 0; after !== null; ) {
    const path = `/applied/${topic}?after=${after}&limit=${pageSize}`;
    const page: Page = await ask({ service: 'database', path, schema: pageSchema }, address);
    yield page.rows;
    after = page.next;
  }
}
