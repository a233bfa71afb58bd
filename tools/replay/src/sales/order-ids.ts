import { DatabaseSync } from 'node:sqlite';

/**
 * Names orders after their invoices: the first run of an invoice number is the order of that number, a later one is
 * `<number>#2`, `#3` and so on. Numbers are remembered in a temporary database that outgrows memory onto disk, so a file of
 * any size is named exactly; the same file is always named alike.
 */
export class OrderIds implements Disposable {
  readonly #database: DatabaseSync;
  readonly #count: ReturnType<DatabaseSync['prepare']>;

  constructor() {
    this.#database = new DatabaseSync('');
    this.#database.exec(`
      PRAGMA journal_mode = OFF;
      PRAGMA synchronous = OFF;
      CREATE TABLE runs (number TEXT PRIMARY KEY, runs INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      BEGIN`);
    this.#count = this.#database.prepare(
      'INSERT INTO runs VALUES (?, 1) ON CONFLICT DO UPDATE SET runs = runs + 1 RETURNING runs',
    );
  }

  /** The order that the next run of the invoice number is. */
  next(invoice: string): string {
    const run = this.#timesSeen(invoice);
    if (run === 1) return invoice;
    const orderId = `${invoice}#${run}`;
    // An invoice can bear the very name, and then the name is taken.
    return this.#timesSeen(orderId) === 1 ? orderId : this.next(invoice);
  }

  #timesSeen(number: string): number {
    return Number(this.#count.get(number)?.['runs']);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
