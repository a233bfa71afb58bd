import type { SalesRow } from './parse-row.ts';

/** A run of consecutive valid rows of one invoice number. */
export interface Invoice {
  readonly number: string;
  readonly rows: readonly [SalesRow, ...SalesRow[]];
}

/** Cuts valid rows into invoices; holds one invoice at a time. */
export class InvoiceRuns {
  #run: [SalesRow, ...SalesRow[]] | undefined;

  /** The invoice that the row ends by being of another one. */
  add(row: SalesRow): Invoice | undefined {
    if (this.#run?.[0].invoice === row.invoice) {
      this.#run.push(row);
      return undefined;
    }
    const finished = this.end();
    this.#run = [row];
    return finished;
  }

  /** The invoice that the file ends with. */
  end(): Invoice | undefined {
    const run = this.#run;
    this.#run = undefined;
    return run && { number: run[0].invoice, rows: run };
  }
}
