import { type EmailRequested, emails } from '@millrace/events';
import type { LedgerRow, LedgerTable } from './ledger-table.ts';

export interface EmailRow extends LedgerRow {
  status: EmailRequested['status'];
  occurred_at: string;
  order_id: string;
  payer_id: string;
}

export const emailTable: LedgerTable<EmailRequested> = {
  name: 'emails',
  topic: emails,
  columns: {
    status: 'text not null',
    occurred_at: 'text not null',
    order_id: 'text not null',
    payer_id: 'text not null',
  },
  row: (event) => [event.status, event.occurredAt, event.orderId, event.payerId],
  indexed: 'order_id',
};
