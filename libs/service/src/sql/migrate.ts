import { type Kysely, sql, type Transaction } from 'kysely';
import { createPositionsTable } from './positions.ts';

/**
 * One step in the history of a service's tables. It is never changed once it has run anywhere: what is needed later is a
 * further step, and one that members of the version before can work beside.
 */
export type Migration<Tables> = (transaction: Transaction<Tables>) => Promise<void>;

/**
 * Brings the tables, and the positions beside them, to the last step; each step whole or not at all, and once, however many
 * members start at the same moment. A database that is ahead of these steps is left as it is: its members are newer.
 */
export async function migrate<Tables>(
  db: Kysely<Tables>,
  migrations: readonly Migration<Tables>[],
): Promise<void> {
  await sql`create table if not exists schema_version (id integer primary key, version integer not null)`.execute(
    db,
  );
  await sql`insert into schema_version (id, version) values (1, 0) on conflict (id) do nothing`.execute(db);
  await createPositionsTable(db);
  for (const [index, migration] of migrations.entries()) {
    await db.transaction().execute(async (transaction) => {
      if (await advance(transaction, index)) await migration(transaction);
    });
  }
}

/** Moves on by one from this version. It is an update so that it waits for whoever is at it, on every engine. */
async function advance<Tables>(transaction: Transaction<Tables>, version: number): Promise<boolean> {
  const moved = await sql`update schema_version set version = ${version + 1}
    where id = 1 and version = ${version}`.execute(transaction);
  return moved.numAffectedRows === 1n;
}
