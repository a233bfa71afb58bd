import { spoil } from './bad-rows.ts';
import { invoiceOf } from './invoices.ts';
import { Random } from './random.ts';

export interface SalesOptions {
  readonly seed: number;
  /** Below the header. */
  readonly rows: number;
}

/** A record's fields, before they are written as CSV; a blank line has none. */
export type Fields = readonly string[];

export const salesHeader: Fields = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
];

/**
 * Sales like those of the real file, with everything in them that a strict reader meets: rows that are wrong in each
 * way, cancellations, refunds of more than was paid, corrections, guests, bad cards, amounts beyond every limit, codes
 * that are no product or differ in case, prices of three decimals, invoice numbers that come back. The seed decides all
 * of it; any number of rows takes the same little memory.
 */
export function* salesRows({ seed, rows }: SalesOptions): Generator<Fields> {
  const random = new Random(seed);
  let left = rows;
  for (let index = 0; left > 0; index++) {
    for (const row of invoiceOf(random, index)) {
      if (left-- <= 0) return;
      yield row;
      if (left > 0 && random.perMille(15)) {
        left--;
        yield spoil(row, random);
      }
    }
  }
}
