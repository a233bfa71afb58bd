import type { Migration } from '@millrace/service/sql';
import { sql } from 'kysely';

/** One Idempotency-Key: the id it stands for and what was asked under it. */
export interface IdempotencyKeyRow {
  readonly id: string;
  /** A keyed digest of the request: it holds a card, which a plain digest would let anyone guess. */
  readonly request_digest: string;
  /** Milliseconds since 1970. */
  readonly used_at: number;
}

export interface StorefrontTables {
  idempotency_keys: IdempotencyKeyRow;
}

/** The history of the tables. */
export const migrations: readonly Migration<StorefrontTables>[] = [
  async (transaction) => {
    await sql`create table idempotency_keys (
      id text primary key,
      request_digest text not null,
      used_at bigint not null
    )`.execute(transaction);
    await sql`create index idempotency_keys_used_at on idempotency_keys (used_at)`.execute(transaction);
  },
];
