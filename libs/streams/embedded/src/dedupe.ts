import { Fingerprints } from './fingerprints.ts';
import type { SeenPage, SeenPlace, SeenTable } from './seen-table.ts';

/**
 * The dedupe ids that one partition number of a group remembers: at least the last `window`, oldest forgotten first.
 * Only the lease's owner changes them, so it answers from memory that an id is new. The ids themselves stay in the
 * file: windows of many ids would fill the memory, and an id that may be known is rare and confirmed there.
 */
export class DedupeMemory {
  readonly #table: SeenTable;
  readonly #place: SeenPlace;
  readonly #window: number;
  readonly #fingerprints: Fingerprints = new Fingerprints();
  /** The totals of the remembered pages, which are numbered from `#first`. */
  readonly #totals: number[] = [];
  #first = 0;
  #total = 0;

  constructor(table: SeenTable, place: SeenPlace, window: number) {
    this.#table = table;
    this.#place = place;
    this.#window = window;
    for (const page of table.load(place)) this.#keep(page);
  }

  known(ids: readonly string[]): Set<string> {
    const pages = new Map<number, ReadonlySet<string>>();
    return new Set(
      ids.filter((id) => this.#fingerprints.pagesOf(id).some((page) => this.#idsOn(page, pages).has(id))),
    );
  }

  /** Called inside a job; {@link remember} follows once it is committed. */
  write(ids: readonly string[]): void {
    const total = this.#total + ids.length;
    this.#table.insert(this.#place, { total, ids });
    this.#table.forget(this.#place, total - this.#window);
  }

  remember(ids: readonly string[]): void {
    this.#keep({ total: this.#total + ids.length, ids });
    const kept = this.#totals.findIndex((total) => total > this.#total - this.#window);
    const forgotten = kept < 0 ? this.#totals.length : kept;
    this.#totals.splice(0, forgotten);
    this.#first += forgotten;
    this.#fingerprints.forgetBefore(this.#first);
  }

  #keep({ total, ids }: SeenPage): void {
    const page = this.#first + this.#totals.length;
    this.#totals.push(total);
    this.#total = total;
    for (const id of ids) this.#fingerprints.add(id, page);
  }

  #idsOn(page: number, read: Map<number, ReadonlySet<string>>): ReadonlySet<string> {
    let ids = read.get(page);
    if (!ids) {
      const total = this.#totals[page - this.#first];
      ids = new Set(total === undefined ? [] : this.#table.page(this.#place, total)?.ids);
      read.set(page, ids);
    }
    return ids;
  }
}
