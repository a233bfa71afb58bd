import { createHmac, type KeyObject } from 'node:crypto';
import { every, HttpProblem, type Logger } from '@millrace/service';
import { fromSqlError, migrate, type Sql } from '@millrace/service/sql';
import { isStreamsError, retry } from '@millrace/streams';
import { migrations, type StorefrontTables } from './migrations.ts';

/** How long a key is remembered, in milliseconds: 7 days. */
const rememberedMs: number = 7 * 24 * 3_600_000;

/** Other storefronts write to the same file, one at a time. */
const busyMs = 5_000;

const pruneEveryMs = 10 * 60_000;

export interface ClaimedRequest {
  /** The id that the key stands for. */
  readonly id: string;
  /** All that was asked for, its fields always in the same order. */
  readonly request: object;
}

/**
 * Remembers which request each Idempotency-Key was used for, in the storefront's SQL database: every process sees the
 * same keys, and a restart forgets none.
 */
export class IdempotencyKeys {
  readonly #sql: Sql<StorefrontTables>;
  readonly #digestKey: KeyObject;

  constructor(store: Sql<StorefrontTables>, digestKey: KeyObject) {
    this.#sql = store;
    this.#digestKey = digestKey;
  }

  async prepare(): Promise<void> {
    await this.#sql.prepare();
    await migrate(this.#sql.db, migrations);
  }

  /**
   * Binds the key to the request; the same request may claim it again. Throws an HttpProblem (422) when it belongs to
   * another request, and UNAVAILABLE or BUSY when the database cannot be asked. Call it only for a request that is
   * accepted: a refused one must leave its key free.
   */
  async claim({ id, request }: ClaimedRequest): Promise<void> {
    const digest = createHmac('sha256', this.#digestKey).update(JSON.stringify(request)).digest('base64url');
    const claimed = await retry(() => this.#claim(id, digest), {
      deadlineMs: busyMs,
      isRetryable: (error) => isStreamsError(error, 'BUSY'),
    });
    if (claimed !== digest) throw keyOfAnotherRequest();
  }

  /** Forgets keys older than `rememberedMs`, now and every ten minutes, until the signal aborts. */
  async prune(signal: AbortSignal, log: Logger): Promise<void> {
    const when = { ms: pruneEveryMs, now: true } as const;
    await every({ ...when, what: 'delete old idempotency keys', log, signal }, async () => {
      await this.#sql.db
        .deleteFrom('idempotency_keys')
        .where('used_at', '<', Date.now() - rememberedMs)
        .execute();
    });
  }

  /** The digest that the key is bound to now. One statement, so that of two requests at once exactly one binds it. */
  async #claim(id: string, digest: string): Promise<string> {
    try {
      const row = await this.#sql.db
        .insertInto('idempotency_keys')
        .values({ id, request_digest: digest, used_at: Date.now() })
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet(({ ref }) => ({ id: ref('excluded.id') })),
        )
        .returning('request_digest')
        .executeTakeFirstOrThrow();
      return row.request_digest;
    } catch (error) {
      throw fromSqlError(error);
    }
  }
}

function keyOfAnotherRequest(): HttpProblem {
  const detail = 'This Idempotency-Key was used for another request; use a new one.';
  return new HttpProblem(422, 'Unprocessable Content', detail);
}
