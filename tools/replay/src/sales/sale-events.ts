import {
  type InventoryEvent,
  type OrderLine,
  payerOf,
  type StockAdjusted,
  type UnsealedPaymentEvent,
} from '@millrace/events';
import { addPence } from './amount.ts';
import type { Invoice } from './invoices.ts';
import { testCard } from './test-card.ts';

export type InvoiceKind = 'sale' | 'cancellation' | 'adjustment' | 'unsupported';

/** What an invoice makes the shop do, with cards that are yet to be sealed. Its events of one topic are in order. */
export interface InvoiceEvents {
  readonly kind: InvoiceKind;
  readonly orderId: string;
  readonly rows: number;
  readonly payments: readonly UnsealedPaymentEvent[];
  readonly inventory: readonly InventoryEvent[];
}

/** Reads an invoice as the order of that id. */
export function eventsOf(invoice: Invoice, orderId: string): InvoiceEvents {
  const kind = kindOf(invoice);
  const facts = { kind, orderId, rows: invoice.rows.length };
  switch (kind) {
    case 'sale':
      return { ...facts, ...sale(invoice, orderId) };
    case 'cancellation':
      return { ...facts, ...cancellation(invoice, orderId) };
    case 'adjustment':
      return { ...facts, payments: [], inventory: adjustment(invoice, orderId) };
    case 'unsupported':
      return { ...facts, payments: [], inventory: [] };
    default:
      return kind satisfies never;
  }
}

const digit = /^\p{Nd}/u;

function kindOf({ number, rows }: Invoice): InvoiceKind {
  if (number.startsWith('C')) return 'cancellation';
  if (!digit.test(number)) return 'unsupported';
  return rows.some(({ quantity }) => quantity > 0) ? 'sale' : 'adjustment';
}

type Events = Pick<InvoiceEvents, 'payments' | 'inventory'>;

function sale(invoice: Invoice, orderId: string): Events {
  const [{ placedAt, customer }] = invoice.rows;
  const { pence, products } = total(invoice, (quantity) => quantity > 0);
  const order = { occurredAt: placedAt, orderId };
  return {
    payments: [
      {
        type: 'PaymentRequested',
        ...order,
        ...payerOf(customer, invoice.number),
        channel: 'web',
        pence,
        stockLines: products.length,
        card: testCard(customer),
      },
    ],
    inventory: [
      ...(products.length > 0 ? [{ type: 'StockRequested', ...order, lines: products } as const] : []),
      ...adjustment(invoice, orderId),
    ],
  };
}

function cancellation(invoice: Invoice, orderId: string): Events {
  const [{ placedAt, customer }] = invoice.rows;
  const { pence, products } = total(invoice, (quantity) => quantity < 0);
  const refund = { occurredAt: placedAt, orderId, refundId: orderId };
  return {
    payments: [
      {
        type: 'RefundRequested',
        ...refund,
        ...payerOf(customer, invoice.number),
        channel: 'web',
        pence,
        stockLines: products.length,
      },
    ],
    inventory: products.length > 0 ? [{ type: 'StockReturned', ...refund, lines: products }] : [],
  };
}

/** Products that a sale or an invoice of negative quantities alone writes off. */
function adjustment({ rows }: Invoice, orderId: string): StockAdjusted[] {
  const lines = rows.flatMap(({ code, quantity }, index) =>
    quantity < 0 && isProduct(code) ? [{ line: index + 1, sku: code, quantity }] : [],
  );
  return lines.length > 0 ? [{ type: 'StockAdjusted', occurredAt: rows[0].placedAt, orderId, lines }] : [];
}

interface Total {
  readonly pence: number;
  readonly products: readonly OrderLine[];
}

function total({ rows }: Invoice, counts: (quantity: number) => boolean): Total {
  let pence = 0;
  const products: OrderLine[] = [];
  for (const [index, row] of rows.entries()) {
    if (!counts(row.quantity)) continue;
    pence = addPence(pence, row.pence);
    if (!isProduct(row.code)) continue;
    products.push({ line: index + 1, sku: row.code, quantity: Math.abs(row.quantity), pence: row.pence });
  }
  return { pence, products };
}

const productCode = /^\p{Nd}{5}[A-Z]{0,2}$/u;

function isProduct(code: string): boolean {
  return productCode.test(code);
}
