import { type InventoryResult, inventoryResults } from '@millrace/events';
import type { LedgerRow, LedgerTable } from './ledger-table.ts';

export interface AllocatedOrderRow extends LedgerRow {
  occurred_at: string;
  order_id: string;
  payer_id: string;
  lines: number;
}

export const allocatedOrderTable: LedgerTable<InventoryResult> = {
  name: 'allocated_orders',
  topic: inventoryResults,
  columns: {
    occurred_at: 'text not null',
    order_id: 'text not null',
    payer_id: 'text not null',
    lines: 'integer not null',
  },
  row: (event) => [event.occurredAt, event.orderId, event.payerId, event.lines],
  indexed: 'order_id',
};
