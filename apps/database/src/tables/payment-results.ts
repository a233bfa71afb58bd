import { type PaymentResult, paymentResults } from '@millrace/events';
import type { LedgerRow, LedgerTable } from './ledger-table.ts';

export interface PaymentResultRow extends LedgerRow {
  type: PaymentResult['type'];
  occurred_at: string;
  order_id: string;
  refund_id: string | null;
  payer_id: string;
  channel: string;
  pence: number;
  reason: string | null;
  card_last_four: string | null;
}

export const paymentResultTable: LedgerTable<PaymentResult> = {
  name: 'payment_results',
  topic: paymentResults,
  columns: {
    type: 'text not null',
    occurred_at: 'text not null',
    order_id: 'text not null',
    refund_id: 'text',
    payer_id: 'text not null',
    channel: 'text not null',
    pence: 'bigint not null',
    reason: 'text',
    card_last_four: 'text',
  },
  row: (event) => [
    event.type,
    event.occurredAt,
    event.orderId,
    'refundId' in event ? event.refundId : null,
    event.payerId,
    event.channel,
    event.pence,
    'reason' in event ? event.reason : null,
    'cardLastFour' in event ? event.cardLastFour : null,
  ],
  indexed: 'order_id',
};
