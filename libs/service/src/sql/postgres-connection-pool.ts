import { StreamsError } from '@millrace/streams';
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { Pool, PoolClient } from 'pg';

/** The pool as Kysely uses it, with a deadline for each statement: a lost network says nothing for a quarter of an hour. */
export class PostgresConnectionPool implements PostgresPool {
  readonly #pool: Pool;
  readonly #deadlineMs: number;

  constructor(pool: Pool, deadlineMs: number) {
    this.#pool = pool;
    this.#deadlineMs = deadlineMs;
  }

  async connect(): Promise<PostgresPoolClient> {
    return new PostgresConnection(await this.#pool.connect(), this.#deadlineMs);
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}

const commands = ['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'SELECT'] as const;

class PostgresConnection implements PostgresPoolClient {
  readonly #client: PoolClient;
  readonly #deadlineMs: number;
  /** Why it cannot be used again. */
  #broken: Error | undefined;

  constructor(client: PoolClient, deadlineMs: number) {
    this.#client = client;
    this.#deadlineMs = deadlineMs;
  }

  query<Row>(statement: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>>;
  query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>;
  query<Row>(
    statement: string | PostgresCursor<Row>,
    parameters: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<Row>> | PostgresCursor<Row> {
    if (typeof statement !== 'string') throw new TypeError('cursors are not used here');
    return statement === 'rollback' ? this.#rollback() : this.#execute<Row>(statement, parameters);
  }

  /** What is broken is closed: what waits on it fails, and the server ends its transaction. */
  release(): void {
    this.#client.release(this.#broken);
  }

  /** The error of a rollback would take the place of the reason; whatever it is, closing the connection rolls back too. */
  async #rollback<Row>(): Promise<PostgresQueryResult<Row>> {
    try {
      if (!this.#broken) await this.#execute('rollback', []);
    } catch (error) {
      this.#broken ??= error instanceof Error ? error : new Error(String(error));
    }
    return { command: 'SELECT', rowCount: 0, rows: [] };
  }

  async #execute<Row>(statement: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const deadline = setTimeout(() => {
      const text = `PostgreSQL gave no reply within ${this.#deadlineMs} ms`;
      this.#broken = new StreamsError('UNAVAILABLE', text);
      reject(this.#broken);
    }, this.#deadlineMs);
    try {
      const reply = this.#client.query(statement, [...parameters]);
      const { command, rowCount, rows } = await Promise.race([reply, late]);
      return {
        command: commands.find((name) => name === command) ?? 'SELECT',
        rowCount: rowCount ?? 0,
        rows,
      };
    } finally {
      clearTimeout(deadline);
    }
  }
}
