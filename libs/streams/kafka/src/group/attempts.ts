import type { OffsetMetadata } from './offset-metadata.ts';

/** A commit's metadata holds 4 KB. */
const most = 50;

/** How often records were tried that are not settled. */
export class Attempts {
  /** Before this offset records may have been tried once by an owner that died. */
  readonly careful: number;
  readonly #counts: Map<number, number>;
  /** The record whose count holds the try that is only beginning. */
  #begun: number | undefined;

  constructor(note: OffsetMetadata, careful: number) {
    this.careful = careful;
    this.#counts = new Map(note.tries);
    this.#begun = careful > 0 ? note.trying : undefined;
  }

  /** Tries before the next one. */
  of(offset: number): number {
    const untold = offset < this.careful && offset !== this.#begun ? 1 : 0;
    return (this.#counts.get(offset) ?? 0) + untold;
  }

  set(offset: number, count: number): void {
    if (this.#begun === offset) this.#begun = undefined;
    if (count > 0) this.#counts.set(offset, count);
    else this.#counts.delete(offset);
  }

  /** The next try of this record is stored. */
  begin(offset: number, attempt: number): void {
    this.#counts.set(offset, attempt);
    this.#begun = offset;
  }

  acknowledgedBefore(offset: number): void {
    for (const tried of this.#counts.keys()) if (tried < offset) this.#counts.delete(tried);
    if (this.#begun !== undefined && this.#begun < offset) this.#begun = undefined;
  }

  clear(): void {
    this.#counts.clear();
    this.#begun = undefined;
  }

  /** What to keep of records from this offset on; `beginning` is tried next and alone. */
  note(
    offset: number,
    beginning?: { readonly offset: number; readonly attempt: number },
  ): Pick<OffsetMetadata, 'tries' | 'trying'> {
    const counts = new Map([...this.#counts].filter(([tried]) => tried >= offset).slice(-most));
    if (beginning) counts.set(beginning.offset, beginning.attempt);
    const begun = this.#begun !== undefined && this.#begun >= offset ? this.#begun : undefined;
    const trying = beginning?.offset ?? begun;
    return {
      ...(counts.size > 0 ? { tries: [...counts] } : {}),
      ...(trying === undefined ? {} : { trying }),
    };
  }
}
