import { type CompiledQuery, type QueryExecutorProvider, sql } from 'kysely';

export type SqlValue = string | number | null;

/** Rows of one statement: as many as pay, few enough for every engine's limit of parameters. */
const sizes = [64, 16, 4, 1];

/** Inserts rows, given as values in the order of the columns, with statements that are built once and used again. */
export class RowInserter {
  readonly #table: string;
  readonly #columns: readonly string[];
  readonly #ending: string;
  readonly #statements = new Map<number, CompiledQuery>();

  /** `ending` is SQL after the values, such as an `on conflict` clause. */
  constructor(table: string, columns: readonly string[], ending = '') {
    this.#table = table;
    this.#columns = columns;
    this.#ending = ending;
  }

  async insert(db: QueryExecutorProvider, rows: readonly (readonly SqlValue[])[]): Promise<void> {
    const executor = db.getExecutor();
    let done = 0;
    for (const size of sizes) {
      while (rows.length - done >= size) {
        const parameters = valuesOf(rows, done, done + size);
        await executor.executeQuery({ ...this.#statement(db, size), parameters });
        done += size;
      }
    }
  }

  #statement(db: QueryExecutorProvider, size: number): CompiledQuery {
    const known = this.#statements.get(size);
    if (known) return known;
    const row = sql`(${sql.join(this.#columns.map(() => null))})`;
    const names = sql.join(this.#columns.map((column) => sql.ref(column)));
    const rows = sql.join(Array.from({ length: size }, () => row));
    const statement = sql`insert into ${sql.table(this.#table)} (${names}) values ${rows} ${sql.raw(this.#ending)}`;
    const compiled = statement.compile(db);
    this.#statements.set(size, compiled);
    return compiled;
  }
}

/** As `flat` would return, without the copies on its way. */
function valuesOf(rows: readonly (readonly SqlValue[])[], from: number, to: number): SqlValue[] {
  const values: SqlValue[] = [];
  for (let index = from; index < to; index++) {
    for (const value of rows[index] ?? []) values.push(storable(value));
  }
  return values;
}

/** PostgreSQL cannot store U+0000, so it is written as an access log writes it, on both engines alike. */
function storable(value: SqlValue): SqlValue {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\\x00') : value;
}
