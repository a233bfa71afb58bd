import type { NamedPayments } from './named-payments.ts';
import type { Counts, Report } from './report.ts';

/** What a report is held against beside itself. */
export interface Facts {
  readonly openingStock: number;
  /** Rows of the orders that were read. */
  readonly rowsInOrders: number;
  /** Lines of the access log that were read, blank ones left out. */
  readonly logLines: number;
  /** Records by topic. */
  readonly records: Counts;
  /** What the payment results say of named customers. */
  readonly named: NamedPayments;
}

/** A figure that two sources tell differently. */
export interface Discrepancy {
  readonly figure: string;
  /** What it must be, in words. */
  readonly rule: string;
  readonly expected: number;
  readonly found: number;
}

interface Invariant {
  readonly figure: string;
  readonly rule: string;
  readonly expected: (report: Report, facts: Facts) => number;
  readonly found: (report: Report, facts: Facts) => number;
}

const invariants: readonly Invariant[] = [
  {
    figure: 'input.rows',
    rule: 'invalid rows and the rows of all orders',
    expected: ({ input }, { rowsInOrders }) => input.invalidRows + rowsInOrders,
    found: ({ input }) => input.rows,
  },
  {
    figure: 'records of payment-events',
    rule: 'sales and cancellations',
    expected: ({ input }) => input.sales + input.cancellations,
    found: (_, { records }) => records['payment-events'] ?? 0,
  },
  {
    figure: 'records of webserver-events',
    rule: 'lines of the access log',
    expected: (_, { logLines }) => logLines,
    found: (_, { records }) => records['webserver-events'] ?? 0,
  },
  {
    figure: 'payments captured and declined',
    rule: 'sales',
    expected: ({ input }) => input.sales,
    found: ({ payments }) => payments.captured.count + sum(payments.declined),
  },
  {
    figure: 'refunds paid and declined',
    rule: 'cancellations',
    expected: ({ input }) => input.cancellations,
    found: ({ payments }) => payments.refunded.count + sum(payments.refundDeclined),
  },
  {
    figure: 'emails.payment_received',
    rule: 'payments captured',
    expected: ({ payments }) => payments.captured.count,
    found: ({ emails }) => emails.payment_received ?? 0,
  },
  {
    figure: 'emails.payment_declined',
    rule: 'payments declined',
    expected: ({ payments }) => sum(payments.declined),
    found: ({ emails }) => emails.payment_declined ?? 0,
  },
  {
    figure: 'emails.payment_refunded',
    rule: 'refunds paid',
    expected: ({ payments }) => payments.refunded.count,
    found: ({ emails }) => emails.payment_refunded ?? 0,
  },
  {
    figure: 'emails.product_shipped',
    rule: 'orders allocated',
    expected: (_, { records }) => records['inventory-results'] ?? 0,
    found: ({ emails }) => emails.product_shipped ?? 0,
  },
  {
    figure: 'emails.product_delivered',
    rule: 'e-mails of shipped products',
    expected: ({ emails }) => emails.product_shipped ?? 0,
    found: ({ emails }) => emails.product_delivered ?? 0,
  },
  {
    figure: 'inventory.onHand less inventory.backordered',
    rule: 'opening stock of all SKUs − demanded + returned + adjusted',
    expected: ({ inventory }, { openingStock }) =>
      inventory.skus * openingStock - inventory.demanded + inventory.returned + inventory.adjusted,
    found: ({ inventory }) => inventory.onHand - inventory.backordered,
  },
  {
    figure: 'crm.orders',
    rule: 'payments of named customers captured',
    expected: (_, { named }) => named.orders,
    found: ({ crm }) => crm.orders,
  },
  {
    figure: 'crm.lifetimeValuePence',
    rule: 'captured less refunded of named customers',
    expected: (_, { named }) => named.lifetimeValuePence,
    found: ({ crm }) => crm.lifetimeValuePence,
  },
  {
    figure: 'webserver.lines',
    rule: 'page views and malformed lines',
    expected: ({ webserver }) => webserver.pageViews + webserver.malformed,
    found: ({ webserver }) => webserver.lines,
  },
  {
    figure: 'webserver.byStatus',
    rule: 'page views',
    expected: ({ webserver }) => webserver.pageViews,
    found: ({ webserver }) => sum(webserver.byStatus),
  },
  none('lost'),
  none('duplicated'),
  none('outOfOrder'),
  {
    figure: 'delivery.deadLettered',
    rule: 'malformed lines of the access log',
    expected: ({ webserver }) => webserver.malformed,
    found: ({ delivery }) => delivery.deadLettered,
  },
];

/** The figures that do not reconcile; empty when all do. */
export function reconcile(report: Report, facts: Facts): readonly Discrepancy[] {
  return invariants
    .map(({ figure, rule, expected, found }) => ({
      figure,
      rule,
      expected: expected(report, facts),
      found: found(report, facts),
    }))
    .filter(({ expected, found }) => expected !== found);
}

function none(figure: 'lost' | 'duplicated' | 'outOfOrder'): Invariant {
  return {
    figure: `delivery.${figure}`,
    rule: 'none',
    expected: () => 0,
    found: ({ delivery }) => delivery[figure],
  };
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
