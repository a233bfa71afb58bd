import { every, type Logger } from '@millrace/service';
import { type Kysely, sql } from 'kysely';
import { ledgerTables, type ShopTables } from '../tables/index.ts';

export interface ForgetOptions {
  /** Rows that each table keeps. */
  readonly kept: number;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

const everyMs = 10_000;
/** Rows of one statement, so that none holds up the batches that are to be applied. */
const rowsAtOnce = 2_000;

/** Deletes the oldest rows of the tables that hold one row a message, now and every ten seconds, until the signal aborts. */
export async function forgetRows(
  db: Kysely<ShopTables>,
  { kept, log, signal }: ForgetOptions,
): Promise<void> {
  await every({ ms: everyMs, what: 'delete old rows', log, signal, now: true }, async () => {
    for (const { name } of ledgerTables) {
      while (!signal.aborted && (await forgetSome(db, name, kept)) === rowsAtOnce);
    }
  });
}

async function forgetSome(db: Kysely<ShopTables>, table: string, kept: number): Promise<number> {
  const name = sql.table(table);
  const deleted = await sql`delete from ${name} where sequence in (
    select sequence from ${name} where sequence <= (select max(sequence) from ${name}) - ${kept}
    order by sequence limit ${rowsAtOnce})`.execute(db);
  return Number(deleted.numAffectedRows ?? 0);
}
