import { formatPosition, type Position, StreamsError } from '@millrace/streams';
import { type Kysely, type QueryExecutorProvider, sql, type Transaction } from 'kysely';
import { fromSqlError } from './errors.ts';

/** The table in which a service keeps how far it has applied each partition, beside what it made of the records. */
export async function createPositionsTable(db: QueryExecutorProvider): Promise<void> {
  await sql`create table if not exists positions (
    topic text not null,
    "partition" integer not null,
    "offset" text not null,
    primary key (topic, "partition")
  )`.execute(db);
}

/** What a group with external positions asks for when it gains a partition. */
export async function loadPositions(
  db: QueryExecutorProvider,
  topics: readonly string[],
  partition: number,
): Promise<readonly Position[]> {
  try {
    const found = await sql<Position>`select topic, "partition", "offset" from positions
      where "partition" = ${partition} and topic in (${sql.join([...topics])})`.execute(db);
    return found.rows;
  } catch (error) {
    throw fromSqlError(error);
  }
}

export interface PositionUpdate {
  /** Where the position must still stand; undefined where there is none yet. */
  readonly previous: Position | undefined;
  readonly last: Position;
}

/**
 * Applies a batch and its position in one transaction. FENCED, and nothing applied, when the position no longer stands
 * where this member left it: somebody else has taken over.
 */
export async function applyWithPosition<Tables>(
  db: Kysely<Tables>,
  advance: PositionUpdate,
  apply: (transaction: Transaction<Tables>) => Promise<void>,
): Promise<void> {
  try {
    await db.transaction().execute(async (transaction) => {
      if (!(await compareAndSetPosition(transaction, advance))) throw fenced(advance);
      await apply(transaction);
    });
  } catch (error) {
    throw fromSqlError(error);
  }
}

async function compareAndSetPosition(
  db: QueryExecutorProvider,
  { previous, last }: PositionUpdate,
): Promise<boolean> {
  const { topic, partition, offset } = last;
  const statement = previous
    ? sql`update positions set "offset" = ${offset}
        where topic = ${topic} and "partition" = ${partition} and "offset" = ${previous.offset}`
    : sql`insert into positions (topic, "partition", "offset") values (${topic}, ${partition}, ${offset})
        on conflict (topic, "partition") do nothing`;
  return (await statement.execute(db)).numAffectedRows === 1n;
}

function fenced({ previous, last }: PositionUpdate): StreamsError {
  const expected = previous ? formatPosition(previous) : 'none';
  return new StreamsError(
    'FENCED',
    `the saved position before ${formatPosition(last)} is no longer ${expected}`,
  );
}
