import Table from 'cli-table3';
import type { Discrepancy } from './reconcile.ts';
import type { Counts, Report } from './report.ts';

/** The report as a person reads it. */
export function reportTable(report: Report): string {
  return sections(report)
    .map(([title, rows]) => section(title, rows))
    .join('\n');
}

type Row = readonly [label: string, value: string];

function sections(report: Report): readonly (readonly [string, readonly Row[]])[] {
  const { input, payments, inventory, emails, crm, webserver, delivery, endToEndMs } = report;
  return [
    ['Input', counts({ ...input })],
    [
      'Payments',
      [
        ['captured', `${count(payments.captured.count)}   ${pounds(payments.captured.pence)}`],
        ...counts(payments.declined, 'declined: '),
        ['refunded', `${count(payments.refunded.count)}   ${pounds(payments.refunded.pence)}`],
        ...counts(payments.refundDeclined, 'refund declined: '),
      ],
    ],
    ['Inventory', counts({ ...inventory })],
    ['E-mails', counts(emails)],
    [
      'Customers',
      [
        ['customers', count(crm.customers)],
        ['orders', count(crm.orders)],
        ['lifetime value', pounds(crm.lifetimeValuePence)],
      ],
    ],
    [
      'Web server',
      [
        ['lines', count(webserver.lines)],
        ['page views', count(webserver.pageViews)],
        ['malformed', count(webserver.malformed)],
        ['bytes', count(webserver.bytes)],
        ...counts(webserver.byStatus, 'status '),
      ],
    ],
    ['Delivery', counts({ ...delivery })],
    [
      'Speed',
      [
        ['seconds', report.elapsedSeconds.toFixed(1)],
        ['messages a second', count(report.messagesPerSecond)],
        [
          'end to end, ms',
          `p50 ${count(endToEndMs.p50)}   p95 ${count(endToEndMs.p95)}   p99 ${count(endToEndMs.p99)}`,
        ],
      ],
    ],
    [
      'Memory, MB',
      Object.entries(report.memoryMb).map(([service, { at100k, last, peak }]) => [
        service,
        `${at100k === null ? '' : `after 100,000 rows ${at100k}   `}last ${last}   peak ${peak}`,
      ]),
    ],
  ];
}

function section(title: string, rows: readonly Row[]): string {
  const table = new Table({
    head: [title, ''],
    colWidths: [38, 56],
    colAligns: ['left', 'right'],
    style: { head: [], border: [], compact: true },
  });
  table.push(...(rows.length === 0 ? [['none', '']] : rows.map((row) => [...row])));
  return table.toString();
}

/** What does not agree, a figure a line. */
export function discrepancyLines(discrepancies: readonly Discrepancy[]): readonly string[] {
  return discrepancies.map(
    ({ figure, rule, expected, found }) =>
      `${figure}: ${count(found)}, but must be ${count(expected)} (${rule})`,
  );
}

function counts(figures: Counts, prefix = ''): readonly Row[] {
  return Object.entries(figures).map(([label, value]) => [`${prefix}${words(label)}`, count(value)]);
}

/** `onHand` and `invalid_card` as words. */
function words(label: string): string {
  return label.replaceAll('_', ' ').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function pounds(pence: number): string {
  return `£${(pence / 100).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}
