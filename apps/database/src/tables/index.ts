import { type AllocatedOrderRow, allocatedOrderTable } from './allocated-orders.ts';
import { type EmailRow, emailTable } from './emails.ts';
import type { LatencyRow } from './latencies.ts';
import type { LedgerTable } from './ledger-table.ts';
import { type PageViewRow, pageViewTable } from './page-views.ts';
import { type PaymentRequestRow, paymentRequestTable } from './payment-requests.ts';
import { type PaymentResultRow, paymentResultTable } from './payment-results.ts';
import { type StockAllocationRow, stockAllocationTable } from './stock-allocations.ts';
import type { StockLevelRow } from './stock-levels.ts';

export interface ShopTables {
  payment_requests: PaymentRequestRow;
  payment_results: PaymentResultRow;
  stock_allocations: StockAllocationRow;
  allocated_orders: AllocatedOrderRow;
  emails: EmailRow;
  page_views: PageViewRow;
  stock_levels: StockLevelRow;
  latencies: LatencyRow;
}

type LedgerShape = Pick<LedgerTable<never>, 'name' | 'columns' | 'indexed'> & {
  readonly topic: { readonly name: string };
};

/** The tables that hold one row a message. */
export const ledgerTables: readonly LedgerShape[] = [
  paymentRequestTable,
  paymentResultTable,
  stockAllocationTable,
  allocatedOrderTable,
  emailTable,
  pageViewTable,
];
