import { expect, test } from 'vitest';
import { type Facts, reconcile } from '../../src/report/reconcile.ts';
import type { Report } from '../../src/report/report.ts';
import { discrepancyLines, reportTable } from '../../src/report/table.ts';

const facts: Facts = {
  openingStock: 100,
  rowsInOrders: 9,
  logLines: 4,
  records: { 'payment-events': 5, 'webserver-events': 4, 'inventory-results': 2 },
  named: { orders: 2, lifetimeValuePence: 3 },
};

const report: Report = {
  run: 'a',
  backend: 'embedded',
  input: { rows: 10, invalidRows: 1, sales: 4, cancellations: 1, adjustments: 1, unsupported: 1 },
  payments: {
    captured: { count: 2, pence: 12_345_678 },
    declined: { invalid_card: 1, suspected_fraud: 1 },
    refunded: { count: 1, pence: 5 },
    refundDeclined: {},
  },
  inventory: { skus: 2, demanded: 150, returned: 20, adjusted: -10, onHand: 70, backordered: 10 },
  emails: {
    payment_received: 2,
    payment_declined: 2,
    payment_refunded: 1,
    product_shipped: 2,
    product_delivered: 2,
  },
  crm: { customers: 1, orders: 2, lifetimeValuePence: 3 },
  webserver: { lines: 4, pageViews: 3, malformed: 1, bytes: 9, byStatus: { '200': 2, '404': 1 } },
  delivery: { messages: 30, lost: 0, duplicated: 0, outOfOrder: 0, redelivered: 3, deadLettered: 1 },
  elapsedSeconds: 2,
  messagesPerSecond: 15,
  endToEndMs: { p50: 1, p95: 2, p99: 3 },
  memoryMb: { payment: { at100k: null, last: 80, peak: 90 } },
};

test('a sound report reconciles', () => {
  expect(reconcile(report, facts)).toEqual([]);
});

test.each<[string, Partial<Report>]>([
  ['input.rows', { input: { ...report.input, rows: 11 } }],
  ['records of payment-events', { input: { ...report.input, sales: 3, cancellations: 1 } }],
  ['payments captured and declined', { payments: { ...report.payments, declined: { invalid_card: 1 } } }],
  ['refunds paid and declined', { payments: { ...report.payments, refunded: { count: 2, pence: 5 } } }],
  ['emails.payment_received', { emails: { ...report.emails, payment_received: 1 } }],
  ['emails.payment_declined', { emails: { ...report.emails, payment_declined: 3 } }],
  ['emails.payment_refunded', { emails: { ...report.emails, payment_refunded: 0 } }],
  ['emails.product_shipped', { emails: { ...report.emails, product_shipped: 1 } }],
  ['emails.product_delivered', { emails: { ...report.emails, product_delivered: 1 } }],
  ['inventory.onHand less inventory.backordered', { inventory: { ...report.inventory, demanded: 151 } }],
  ['crm.orders', { crm: { ...report.crm, orders: 1 } }],
  ['crm.lifetimeValuePence', { crm: { ...report.crm, lifetimeValuePence: -3 } }],
  ['webserver.lines', { webserver: { ...report.webserver, lines: 5 } }],
  ['webserver.byStatus', { webserver: { ...report.webserver, byStatus: { '200': 3, '404': 1 } } }],
  ['delivery.lost', { delivery: { ...report.delivery, lost: 1 } }],
  ['delivery.duplicated', { delivery: { ...report.delivery, duplicated: 1 } }],
  ['delivery.outOfOrder', { delivery: { ...report.delivery, outOfOrder: 1 } }],
  ['delivery.deadLettered', { delivery: { ...report.delivery, deadLettered: 2 } }],
])('names %s', (figure, change) => {
  expect(reconcile({ ...report, ...change }, facts).map((discrepancy) => discrepancy.figure)).toContain(
    figure,
  );
});

test('says each figure, what it is and what it must be', () => {
  const wrong = reconcile({ ...report, delivery: { ...report.delivery, lost: 1_234 } }, facts);
  expect(discrepancyLines(wrong)).toEqual(['delivery.lost: 1,234, but must be 0 (none)']);
});

test('the table shows every figure', () => {
  const table = reportTable(report);
  for (const shown of ['£123,456.78', 'declined: suspected fraud', 'status 404', 'p99 3', 'peak 90'])
    expect(table).toContain(shown);
});
