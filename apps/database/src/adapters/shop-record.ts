import {
  applyWithPosition,
  loadPositions,
  migrate,
  RowInserter,
  type Sql,
  type SqlValue,
} from '@millrace/service/sql';
import type { BatchHandler, External } from '@millrace/streams';
import type { Kysely } from 'kysely';
import type { ShopTables } from '../tables/index.ts';
import { latencies, latencyCounts } from '../tables/latencies.ts';
import { type LedgerTable, ledgerColumns, ledgerValues } from '../tables/ledger-table.ts';
import { migrations } from './migrations.ts';

export interface Addition {
  readonly rows: readonly (readonly SqlValue[])[];
  readonly inserter: RowInserter;
}

/** The shop's record in SQL. It only ever adds: a message that came twice has two rows, so that repeats can be counted. */
export class ShopRecord {
  readonly #sql: Sql<ShopTables>;

  constructor(store: Sql<ShopTables>) {
    this.#sql = store;
  }

  get db(): Kysely<ShopTables> {
    return this.#sql.db;
  }

  async prepare(): Promise<void> {
    await this.#sql.prepare();
    await migrate(this.#sql.db, migrations(this.#sql));
  }

  loadPositions: External['load'] = (topics, partition) => loadPositions(this.#sql.db, topics, partition);

  /** How the messages of a table's topic are recorded: rows, latencies and what else belongs to them, in one transaction. */
  recorder<Value>(
    table: LedgerTable<Value>,
    also: (events: readonly Value[]) => readonly Addition[] = () => [],
  ): BatchHandler<Value> {
    const inserter = new RowInserter(table.name, Object.keys({ ...ledgerColumns, ...table.columns }));
    return async (messages, context) => {
      const appliedAt = Date.now();
      const rows = messages.map((message) => [
        ...ledgerValues(message, appliedAt),
        ...table.row(message.value),
      ]);
      const additions: readonly Addition[] = [
        { inserter, rows },
        { inserter: latencies, rows: latencyCounts(messages, context.partition, appliedAt) },
        ...also(messages.map(({ value }) => value)),
      ];
      await applyWithPosition(this.#sql.db, context, async (transaction) => {
        for (const addition of additions) await addition.inserter.insert(transaction, addition.rows);
      });
    };
  }
}
