import type { EmailRequested, UnsealedPaymentEvent } from '@millrace/events';
import type { SalesFigures } from '@millrace/testing';
import { type Account, evolve, newAccount } from '../../../../apps/payment/src/domain/account.ts';
import { decide } from '../../../../apps/payment/src/domain/decide.ts';
import { deliver, ship } from '../../../../apps/shipping/src/domain/delivery.ts';
import { readChunks } from '../../src/sales/read-chunks.ts';
import { readSales } from '../../src/sales/read-sales.ts';
import type { InvoiceEvents, InvoiceKind } from '../../src/sales/sale-events.ts';
import { Inventory } from './inventory.ts';
import { Ledger } from './ledger.ts';

const inputFigures = {
  sale: 'sales',
  cancellation: 'cancellations',
  adjustment: 'adjustments',
  unsupported: 'unsupported',
} as const satisfies Record<InvoiceKind, string>;

/** Everything that the services decide, in one process and without streams. */
export class WholeShop {
  readonly #accounts = new Map<string, Account>();
  readonly #ledger = new Ledger();
  readonly #inventory: Inventory;

  constructor(openingStock: number) {
    this.#inventory = new Inventory(openingStock, {
      allocation: (allocation) => this.#ledger.allocation(allocation),
      order: (order) => {
        this.#ledger.order(order);
        this.#email([ship(order), deliver(order, 0)]);
      },
    });
  }

  get unmatched(): number {
    return this.#inventory.unmatched;
  }

  /** What a replay of the file reports. */
  async replay(path: string): Promise<SalesFigures> {
    const input = { rows: 0, invalidRows: 0, sales: 0, cancellations: 0, adjustments: 0, unsupported: 0 };
    for await (const { rows, invalidRows, invoices } of readSales(readChunks(path), path)) {
      input.rows += rows;
      input.invalidRows += invalidRows.length;
      for (const invoice of invoices) {
        input[inputFigures[invoice.kind]]++;
        this.#trade(invoice, input.sales % 2 === 0);
      }
    }
    return { input, ...this.#ledger.figures() };
  }

  /** Payment and stock come in either order: they lie in different topics. */
  #trade({ payments, inventory }: InvoiceEvents, stockFirst: boolean): void {
    if (stockFirst) for (const event of inventory) this.#inventory.handle(event);
    for (const event of payments) this.#pay(event);
    if (!stockFirst) for (const event of inventory) this.#inventory.handle(event);
  }

  #pay(event: UnsealedPaymentEvent): void {
    const account = this.#accounts.get(event.payerId) ?? newAccount;
    const { result, emails } = decide(account, event);
    this.#accounts.set(event.payerId, evolve(account, result));
    this.#ledger.result(result);
    this.#email(emails);
    this.#inventory.handle(result);
  }

  #email(emails: readonly EmailRequested[]): void {
    for (const email of emails) this.#ledger.email(email);
  }
}
