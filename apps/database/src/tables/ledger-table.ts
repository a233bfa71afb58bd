import type { SqlValue } from '@millrace/service/sql';
import type { Message, Topic } from '@millrace/streams';

/** A table that holds what one topic brought: a row a message, in the order in which they were applied. */
export interface LedgerTable<Value> {
  readonly name: string;
  readonly topic: Topic<Value>;
  /** Its own columns, with their SQL types. */
  readonly columns: Readonly<Record<string, string>>;
  /** The values of its own columns, in their order. */
  readonly row: (event: Value) => readonly SqlValue[];
  /** The column by which single orders are looked up. */
  readonly indexed?: string;
}

/** What every row says about its message: where it stands in the stream, its id, when it was published and applied. */
export interface LedgerRow {
  /** Numbers the rows of a table as they were applied. */
  sequence: number;
  partition: number;
  offset: string;
  event_id: string | null;
  /** Milliseconds since the epoch. */
  published_at: number;
  applied_at: number;
}

export const ledgerColumns: Readonly<Record<string, string>> = {
  partition: 'integer not null',
  offset: 'text not null',
  event_id: 'text',
  published_at: 'bigint not null',
  applied_at: 'bigint not null',
};

export function ledgerValues(message: Message<unknown>, appliedAt: number): SqlValue[] {
  return [message.partition, message.offset, message.headers.id ?? null, message.timestamp, appliedAt];
}
