import { type PaymentEvent, paymentEvents } from '@millrace/events';
import type { LedgerRow, LedgerTable } from './ledger-table.ts';

export interface PaymentRequestRow extends LedgerRow {
  type: PaymentEvent['type'];
  occurred_at: string;
  order_id: string;
  refund_id: string | null;
  payer_id: string;
  channel: string;
  pence: number;
  stock_lines: number;
}

/** Nothing of the card is kept, not even sealed. */
export const paymentRequestTable: LedgerTable<PaymentEvent> = {
  name: 'payment_requests',
  topic: paymentEvents,
  columns: {
    type: 'text not null',
    occurred_at: 'text not null',
    order_id: 'text not null',
    refund_id: 'text',
    payer_id: 'text not null',
    channel: 'text not null',
    pence: 'bigint not null',
    stock_lines: 'integer not null',
  },
  row: (event) => [
    event.type,
    event.occurredAt,
    event.orderId,
    event.type === 'RefundRequested' ? event.refundId : null,
    event.payerId,
    event.channel,
    event.pence,
    event.stockLines,
  ],
};
