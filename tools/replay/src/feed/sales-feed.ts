import type { KeyObject } from 'node:crypto';
import {
  type InventoryEvent,
  inventoryEvents,
  type PaymentEvent,
  paymentEvents,
  sealPaymentEvent,
} from '@millrace/events';
import type { InputFigures } from '../report/report.ts';
import type { InputFile } from '../run/input-file.ts';
import { readChunks } from '../sales/read-chunks.ts';
import { type InvalidRow, readSales } from '../sales/read-sales.ts';
import type { InvoiceEvents, InvoiceKind } from '../sales/sale-events.ts';
import { batch, type Chunk } from './chunk.ts';
import type { Feed } from './feed.ts';
import { ReadingProgress } from './progress.ts';

/** A chunk ends with the invoice that fills it. Changing this changes every chunk: runs begun before cannot go on. */
const rowsPerChunk = 2_000;

const figureOf: Readonly<Record<InvoiceKind, keyof InputFigures>> = {
  sale: 'sales',
  cancellation: 'cancellations',
  adjustment: 'adjustments',
  unsupported: 'unsupported',
};

/** The sales file: payments and stock by invoice, and what was read on the way. */
export class SalesFeed implements Feed {
  readonly name = 'sales';
  readonly #file: InputFile;
  readonly #cardKey: KeyObject;
  readonly #progress: ReadingProgress;
  readonly #leftOut: (rows: readonly InvalidRow[]) => void;
  readonly #figures = { rows: 0, invalidRows: 0, sales: 0, cancellations: 0, adjustments: 0, unsupported: 0 };
  #rowsInOrders = 0;

  constructor(file: InputFile, cardKey: KeyObject, leftOut: (rows: readonly InvalidRow[]) => void) {
    this.#file = file;
    this.#cardKey = cardKey;
    this.#progress = new ReadingProgress(file);
    this.#leftOut = leftOut;
  }

  get fraction(): number {
    return this.#progress.fraction;
  }

  get figures(): InputFigures {
    return this.#figures;
  }

  get rowsInOrders(): number {
    return this.#rowsInOrders;
  }

  async *chunks(): AsyncGenerator<Chunk> {
    let number = 1;
    let collected: InvoiceEvents[] = [];
    let rows = 0;
    for await (const invoices of this.#invoices()) {
      for (const invoice of invoices) {
        collected.push(invoice);
        rows += invoice.rows;
        if (rows < rowsPerChunk) continue;
        yield this.#chunk(number++, collected);
        collected = [];
        rows = 0;
      }
    }
    if (collected.length > 0) yield this.#chunk(number, collected);
  }

  async *#invoices(): AsyncGenerator<readonly InvoiceEvents[]> {
    const { path } = this.#file;
    for await (const { rows, invalidRows, invoices } of readSales(
      this.#progress.count(readChunks(path)),
      path,
    )) {
      this.#figures.rows += rows;
      this.#figures.invalidRows += invalidRows.length;
      this.#leftOut(invalidRows);
      for (const invoice of invoices) {
        this.#figures[figureOf[invoice.kind]] += 1;
        this.#rowsInOrders += invoice.rows;
      }
      yield invoices;
    }
  }

  #chunk(number: number, invoices: readonly InvoiceEvents[]): Chunk {
    const payments: PaymentEvent[] = invoices.flatMap((invoice) =>
      invoice.payments.map((payment) => sealPaymentEvent(payment, this.#cardKey)),
    );
    const inventory: InventoryEvent[] = invoices.flatMap((invoice) => invoice.inventory);
    return { number, batches: [batch(paymentEvents, payments), batch(inventoryEvents, inventory)] };
  }
}
