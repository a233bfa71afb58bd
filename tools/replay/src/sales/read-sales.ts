import { ReplayError } from '../replay-error.ts';
import { CsvReader, type Row } from './csv-reader.ts';
import { InvoiceRuns } from './invoices.ts';
import { OrderIds } from './order-ids.ts';
import { columns, parseRow } from './parse-row.ts';
import { eventsOf, type InvoiceEvents } from './sale-events.ts';
import { withoutByteOrderMark } from './utf8.ts';
import { wrongHeader } from './wrong-header.ts';

/** A row that is left out. */
export interface InvalidRow {
  /** As a spreadsheet counts: the header is row 1. */
  readonly row: number;
  readonly reason: string;
}

/** What one chunk of a sales file adds. The invoice that it breaks off in comes with a later one. */
export interface SalesBatch {
  readonly rows: number;
  readonly invalidRows: readonly InvalidRow[];
  readonly invoices: readonly InvoiceEvents[];
}

/**
 * Reads a sales file of any size in constant memory; `chunks` are its bytes as characters, and `name` is what an error
 * calls it. The same file gives the same events.
 */
export async function* readSales(chunks: AsyncIterable<string>, name: string): AsyncGenerator<SalesBatch> {
  using orderIds = new OrderIds();
  const runs = new InvoiceRuns();
  let row = 1;
  for await (const rows of salesRows(chunks, name)) {
    const invalidRows: InvalidRow[] = [];
    const invoices: InvoiceEvents[] = [];
    for (const fields of rows) {
      row++;
      const parsed = parseRow(fields);
      if (!parsed.valid) {
        invalidRows.push({ row, reason: parsed.reason });
        continue;
      }
      const invoice = runs.add(parsed.row);
      if (invoice) invoices.push(eventsOf(invoice, orderIds.next(invoice.number)));
    }
    yield { rows: rows.length, invalidRows, invoices };
  }
  const last = runs.end();
  if (last) yield { rows: 0, invalidRows: [], invoices: [eventsOf(last, orderIds.next(last.number))] };
}

/** The rows below the header, chunk by chunk. */
async function* salesRows(chunks: AsyncIterable<string>, name: string): AsyncGenerator<readonly Row[]> {
  let header: Row | undefined;
  for await (const rows of csvRows(chunks)) {
    if (header || rows.length === 0) {
      yield rows;
      continue;
    }
    header = rows[0] ?? [];
    assertHeader(header, name);
    yield rows.slice(1);
  }
  if (!header) throw new ReplayError(`${name} is empty: a sales file begins with ${columns.join(',')}`);
}

async function* csvRows(chunks: AsyncIterable<string>): AsyncGenerator<readonly Row[]> {
  const csv = new CsvReader();
  for await (const chunk of withoutByteOrderMark(chunks)) yield csv.read(chunk);
  yield csv.end();
}

function assertHeader(header: Row, name: string): void {
  if (header.length === columns.length && columns.every((column, index) => column === header[index])) return;
  throw new ReplayError(
    `${name} is no sales file: its first row must be ${columns.join(',')} and is ${wrongHeader(header)}`,
  );
}
