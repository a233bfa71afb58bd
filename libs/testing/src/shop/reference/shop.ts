import { Bank } from './bank.ts';
import type { Counts, SalesFigures } from './figures.ts';
import type { SalesLine } from './sales-line.ts';
import { Shelves } from './shelves.ts';

/** The whole shop as one ledger that trades an invoice at a time. */
export class Shop {
  readonly #bank = new Bank();
  readonly #shelves: Shelves;
  readonly #input: Counts = { sales: 0, cancellations: 0, adjustments: 0, unsupported: 0 };
  #shipped = 0;

  constructor(openingStock: number) {
    this.#shelves = new Shelves(openingStock);
  }

  trade(first: SalesLine, run: readonly SalesLine[]): void {
    const out = run.filter(({ quantity }) => quantity > 0);
    const back = run.filter(({ quantity }) => quantity < 0);
    if (first.invoice.startsWith('C')) this.#cancel(first, back);
    else if (!/^\d/.test(first.invoice)) this.#count('unsupported');
    else if (out.length > 0) this.#sell(first, out, back);
    else this.#adjust(back);
  }

  figures(rows: number, invalidRows: number): SalesFigures {
    const payments = this.#bank.payments();
    const shipped = { product_shipped: this.#shipped, product_delivered: this.#shipped };
    return {
      input: { rows, invalidRows, ...this.#input },
      payments,
      inventory: this.#shelves.figures(),
      emails: {
        payment_received: payments.captured.count,
        payment_declined: Object.values(payments.declined).reduce((all, count) => all + count, 0),
        payment_refunded: payments.refunded.count,
        ...(this.#shelves.short ? {} : shipped),
      },
      crm: this.#bank.crm(),
    };
  }

  #cancel(first: SalesLine, back: readonly SalesLine[]): void {
    this.#count('cancellations');
    if (this.#bank.refund(first, back)) this.#shelves.move('returned', back);
  }

  #sell(first: SalesLine, out: readonly SalesLine[], back: readonly SalesLine[]): void {
    this.#count('sales');
    if (this.#bank.pay(first, out) && this.#shelves.move('demanded', out)) this.#shipped++;
    this.#shelves.move('adjusted', back);
  }

  #adjust(back: readonly SalesLine[]): void {
    this.#count('adjustments');
    this.#shelves.move('adjusted', back);
  }

  #count(kind: string): void {
    this.#input[kind] = (this.#input[kind] ?? 0) + 1;
  }
}
