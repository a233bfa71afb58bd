import { largestLinePence, largestQuantity } from '@millrace/events';
import { amountExceeds, type Decimal, parseDecimal, penceOf } from './amount.ts';
import type { Row } from './csv-reader.ts';
import { parseDateTime } from './date-time.ts';
import { asciiDigits, strip } from './text.ts';

/** The columns of a sales file, in their order. */
export const columns: readonly string[] = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
];

/** A valid row. */
export interface SalesRow {
  readonly invoice: string;
  /** A product's SKU, or the code of something else that is paid for. */
  readonly code: string;
  /** Not 0; negative for what comes back or is written off. */
  readonly quantity: number;
  /** The whole row's amount, whichever way it goes. */
  readonly pence: number;
  /** ISO 8601, UTC. */
  readonly placedAt: string;
  /** Empty where there is none. */
  readonly customer: string;
}

export type ParsedRow =
  | { readonly valid: true; readonly row: SalesRow }
  | { readonly valid: false; readonly reason: string };

export function parseRow(fields: Row): ParsedRow {
  if (fields.length !== columns.length)
    return invalid(`has ${fields.length} fields instead of ${columns.length}`);
  const [invoiceNo = '', stockCode = '', , quantityText = '', date = '', priceText = '', customerId = ''] =
    fields;
  const invoice = storable(strip(invoiceNo).toUpperCase());
  if (!invoice) return invalid('InvoiceNo is blank');
  const code = storable(strip(stockCode).toUpperCase());
  if (!code) return invalid('StockCode is blank');
  const quantity = parseQuantity(strip(quantityText));
  if (typeof quantity === 'string') return invalid(`Quantity ${quote(quantityText)} ${quantity}`);
  const price = parsePrice(strip(priceText));
  if (typeof price === 'string') return invalid(`UnitPrice ${quote(priceText)} ${price}`);
  const placedAt = parseDateTime(strip(date));
  if (!placedAt) return invalid(`InvoiceDate ${quote(date)} is no YYYY-MM-DD HH:MM:SS`);
  const customer = storable(strip(customerId).replace(/\.0$/, ''));
  const pieces = Math.abs(quantity);
  if (amountExceeds(pieces, price, largestLinePence))
    return invalid(`amount is more than ${grouped(largestLinePence)} pence`);
  const pence = penceOf(pieces, price);
  return { valid: true, row: { invoice, code, quantity, pence, placedAt, customer } };
}

const wholeNumber = /^[+-]?\p{Nd}+$/u;

function parseQuantity(text: string): number | string {
  if (!wholeNumber.test(text)) return 'is no whole number';
  const quantity = Number(asciiDigits(text));
  if (quantity === 0) return 'is zero';
  if (Math.abs(quantity) > largestQuantity) return `is more than ${grouped(largestQuantity)}`;
  return quantity;
}

function parsePrice(text: string): Decimal | string {
  const price = parseDecimal(text);
  if (!price) return 'is no finite decimal';
  return price.coefficient < 0 ? 'is below 0' : price;
}

/** A row may hold U+0000, no name of an event can: it is written as an access log writes it. */
function storable(text: string): string {
  return text.replaceAll('\0', '\\x00');
}

function grouped(number: number): string {
  return number.toLocaleString('en');
}

function invalid(reason: string): ParsedRow {
  return { valid: false, reason };
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
