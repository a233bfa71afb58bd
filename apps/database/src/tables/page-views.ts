import { type PageView, pageViews } from '@millrace/events';
import type { LedgerRow, LedgerTable } from './ledger-table.ts';

export interface PageViewRow extends LedgerRow {
  occurred_at: string;
  client: string;
  method: string;
  target: string;
  status: string;
  bytes: number;
  referrer: string;
  agent: string;
}

export const pageViewTable: LedgerTable<PageView> = {
  name: 'page_views',
  topic: pageViews,
  columns: {
    occurred_at: 'text not null',
    client: 'text not null',
    method: 'text not null',
    target: 'text not null',
    status: 'text not null',
    bytes: 'bigint not null',
    referrer: 'text not null',
    agent: 'text not null',
  },
  row: (event) => [
    event.occurredAt,
    event.client,
    event.method,
    event.target,
    event.status,
    event.bytes,
    event.referrer,
    event.agent,
  ],
};
