import type { Sql } from '@millrace/service/sql';
import type { GroupHistory, TopicHistory } from '../api/details.ts';
import type { DashboardTables } from './tables.ts';
import type { Watched } from './watcher.ts';

type Row = DashboardTables['history'];

const keptMs = 24 * 3_600_000;
const everyMs = 5_000;
/** Of more topics and groups than this, figures are kept less often: a day of them fits in some hundred megabytes. */
const namesEveryTime = 200;
const pruneEveryMs = 600_000;
/** A chart has about as many points. */
const points = 240;
/** SQLite takes a bounded number of values in one statement. */
const rowsAtOnce = 100;

/** Keeps figures of the last 24 hours, one every five seconds; of thousands of names fewer. */
export class History {
  readonly #sql: Sql<DashboardTables>;
  #last = 0;
  #pruned = 0;

  constructor(sql: Sql<DashboardTables>) {
    this.#sql = sql;
  }

  /** Does nothing when the last figures are young enough. */
  async add({ topics, groups }: Watched, at: number): Promise<void> {
    const names = topics.length + groups.length;
    if (at - this.#last < everyMs * Math.max(names / namesEveryTime, 1)) return;
    this.#last = at;
    const rows: Row[] = [
      ...topics.map(({ name, perSecond }) =>
        row({ at, kind: 'topic', name, amount: perSecond, age_ms: null }),
      ),
      ...groups.map(({ name, lag, ageMs }) => row({ at, kind: 'group', name, amount: lag, age_ms: ageMs })),
    ];
    const { db } = this.#sql;
    await db.transaction().execute(async (transaction) => {
      for (let next = 0; next < rows.length; next += rowsAtOnce)
        await transaction
          .insertInto('history')
          .values(rows.slice(next, next + rowsAtOnce))
          .execute();
    });
    if (at - this.#pruned < pruneEveryMs) return;
    this.#pruned = at;
    await db
      .deleteFrom('history')
      .where('at', '<', at - keptMs)
      .execute();
  }

  async ofGroup(name: string, overMs: number, now: number): Promise<GroupHistory> {
    const rows = await this.#rows('group', name, { overMs, now });
    return {
      at: rows.map(({ at }) => at),
      lag: rows.map(({ amount }) => amount),
      ageSeconds: rows.map(({ age }) => (age === null ? null : Math.round(age / 100) / 10)),
    };
  }

  async ofTopic(name: string, overMs: number, now: number): Promise<TopicHistory> {
    const rows = await this.#rows('topic', name, { overMs, now });
    return { at: rows.map(({ at }) => at), perSecond: rows.map(({ amount }) => amount) };
  }

  /** At most as many rows as a chart has points: of each stretch of time the highest. */
  #rows(
    kind: Row['kind'],
    name: string,
    { overMs, now }: { readonly overMs: number; readonly now: number },
  ): Promise<{ at: number; amount: number | null; age: number | null }[]> {
    const span = Math.min(overMs, keptMs);
    const step = Math.max(Math.round(span / points), 1);
    return this.#sql.db
      .selectFrom('history')
      .where('kind', '=', kind)
      .where('name', '=', name)
      .where('at', '>=', now - span)
      .select(({ fn, eb, val }) => [
        fn.max('at').as('at'),
        fn.max('amount').as('amount'),
        fn.max('age_ms').as('age'),
        eb('at', '/', val(step)).as('stretch'),
      ])
      .groupBy('stretch')
      .orderBy('stretch')
      .execute();
  }
}

function row(values: Row): Row {
  return values;
}
