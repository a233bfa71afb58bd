import type { DedupeEntry, DedupeTable, LeaseId } from './dedupe-table.ts';
import { HashIndex } from './hash-index.ts';

/**
 * The dedupe ids that one partition number of a group remembers: at least the last `window`, oldest forgotten first.
 * Only the lease's owner changes them, so memory is enough to say that an id is new. The ids themselves stay in the
 * file: windows of many ids would fill the memory, and an id that may be known is rare and confirmed there.
 */
export class DedupeWindow {
  readonly #table: DedupeTable;
  readonly #lease: LeaseId;
  readonly #window: number;
  readonly #index: HashIndex = new HashIndex();
  /** The totals of the remembered entries, which are numbered from `#first`. */
  readonly #totals: number[] = [];
  #first = 0;
  #total = 0;

  constructor(table: DedupeTable, lease: LeaseId, window: number) {
    this.#table = table;
    this.#lease = lease;
    this.#window = window;
    for (const entry of table.load(lease)) this.#keep(entry);
  }

  known(ids: readonly string[]): Set<string> {
    const entries = new Map<number, ReadonlySet<string>>();
    return new Set(
      ids.filter((id) => this.#index.entriesOf(id).some((entry) => this.#idsOf(entry, entries).has(id))),
    );
  }

  /** Called inside a job; {@link remember} follows once it is committed. */
  write(ids: readonly string[]): void {
    const total = this.#total + ids.length;
    this.#table.insert(this.#lease, { total, ids });
    this.#table.forget(this.#lease, total - this.#window);
  }

  remember(ids: readonly string[]): void {
    this.#keep({ total: this.#total + ids.length, ids });
    const kept = this.#totals.findIndex((total) => total > this.#total - this.#window);
    const forgotten = kept < 0 ? this.#totals.length : kept;
    this.#totals.splice(0, forgotten);
    this.#first += forgotten;
    this.#index.forgetBefore(this.#first);
  }

  #keep({ total, ids }: DedupeEntry): void {
    const entry = this.#first + this.#totals.length;
    this.#totals.push(total);
    this.#total = total;
    for (const id of ids) this.#index.add(id, entry);
  }

  #idsOf(entry: number, read: Map<number, ReadonlySet<string>>): ReadonlySet<string> {
    let ids = read.get(entry);
    if (!ids) {
      const total = this.#totals[entry - this.#first];
      ids = new Set(total === undefined ? [] : this.#table.entry(this.#lease, total)?.ids);
      read.set(entry, ids);
    }
    return ids;
  }
}
