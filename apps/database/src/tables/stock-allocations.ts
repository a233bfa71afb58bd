import { type StockAllocation, stockAllocations } from '@millrace/events';
import type { LedgerRow, LedgerTable } from './ledger-table.ts';

export interface StockAllocationRow extends LedgerRow {
  type: StockAllocation['type'];
  occurred_at: string;
  order_id: string;
  line: number;
  sku: string;
  /** Signed where stock changed without a sale. */
  quantity: number;
  pence: number | null;
  /** Units a backordered line waits for. */
  lacking: number | null;
  cause: string | null;
  reference: string | null;
}

export const stockAllocationTable: LedgerTable<StockAllocation> = {
  name: 'stock_allocations',
  topic: stockAllocations,
  columns: {
    type: 'text not null',
    occurred_at: 'text not null',
    order_id: 'text not null',
    line: 'integer not null',
    sku: 'text not null',
    quantity: 'bigint not null',
    pence: 'bigint',
    lacking: 'bigint',
    cause: 'text',
    reference: 'text',
  },
  row: (event) => [
    event.type,
    event.occurredAt,
    event.orderId,
    event.line,
    event.sku,
    event.quantity,
    event.type === 'StockChanged' ? null : event.pence,
    event.type === 'LineBackordered' ? event.lacking : null,
    event.type === 'StockChanged' ? event.cause : null,
    event.type === 'StockChanged' ? event.reference : null,
  ],
  indexed: 'order_id',
};
