import type { Sql } from '@millrace/service/sql';
import type { OrderRow } from '../api/orders.ts';
import type { DashboardTables } from '../watch/tables.ts';

const kept = 20_000;
const mostUnsaved = 5_000;

interface Seen {
  first: number;
  last: number;
  pence: number | null;
  state: string;
}

/** When each of the newest orders happened, so that its events are found without reading everything. */
export class OrderIndex {
  readonly #sql: Sql<DashboardTables>;
  readonly #unsaved = new Map<string, Seen>();
  #saved = 0;

  constructor(sql: Sql<DashboardTables>) {
    this.#sql = sql;
  }

  add(orderId: string, at: number, state: string, pence: number | null = null): void {
    const seen = this.#unsaved.get(orderId);
    if (!seen) {
      if (this.#unsaved.size < mostUnsaved) this.#unsaved.set(orderId, { first: at, last: at, pence, state });
      return;
    }
    seen.first = Math.min(seen.first, at);
    if (at >= seen.last) seen.state = state;
    seen.last = Math.max(seen.last, at);
    seen.pence ??= pence;
  }

  /** Writes down what was seen since the last time. */
  async save(): Promise<void> {
    if (this.#unsaved.size === 0) return;
    const rows = [...this.#unsaved].map(([order_id, { first, last, pence, state }]) => ({
      order_id,
      first_at: first,
      last_at: last,
      pence,
      state,
    }));
    this.#unsaved.clear();
    const { db } = this.#sql;
    await db.transaction().execute(async (transaction) => {
      for (let next = 0; next < rows.length; next += 100) {
        await transaction
          .insertInto('orders')
          .values(rows.slice(next, next + 100))
          .onConflict((conflict) =>
            conflict.column('order_id').doUpdateSet(({ eb, fn, ref }) => ({
              first_at: fn<number>('min', ['orders.first_at', 'excluded.first_at']),
              last_at: fn<number>('max', ['orders.last_at', 'excluded.last_at']),
              pence: fn.coalesce('orders.pence', 'excluded.pence'),
              state: eb
                .case()
                .when('excluded.last_at', '>=', ref('orders.last_at'))
                .then(ref('excluded.state'))
                .else(ref('orders.state'))
                .end(),
            })),
          )
          .execute();
      }
    });
    this.#saved += rows.length;
    if (this.#saved < 1_000) return;
    this.#saved = 0;
    const oldest = db
      .selectFrom('orders')
      .select('order_id')
      .orderBy('last_at', 'desc')
      .offset(kept)
      .limit(1_000_000);
    await db.deleteFrom('orders').where('order_id', 'in', oldest).execute();
  }

  /** The newest first; with a text those whose id begins with it. */
  async newest(limit: number, beginning: string): Promise<readonly OrderRow[]> {
    await this.save();
    const rows = await this.#sql.db
      .selectFrom('orders')
      .selectAll()
      .$if(beginning !== '', (query) => query.where('order_id', 'like', `${beginning.replace(/[%_]/g, '')}%`))
      .orderBy('last_at', 'desc')
      .limit(limit)
      .execute();
    return rows.map(rowOf);
  }

  async find(orderId: string): Promise<OrderRow | undefined> {
    await this.save();
    const row = await this.#sql.db
      .selectFrom('orders')
      .selectAll()
      .where('order_id', '=', orderId)
      .executeTakeFirst();
    return row && rowOf(row);
  }
}

function rowOf({ order_id, first_at, last_at, pence, state }: DashboardTables['orders']): OrderRow {
  return { orderId: order_id, firstAt: first_at, lastAt: last_at, pence, state };
}
