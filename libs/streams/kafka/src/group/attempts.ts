import type { OffsetMetadata } from './offset-metadata.ts';

/** A commit's metadata holds 4 KB. */
const most = 50;

export interface OwnLoss {
  /** What the member had in hand longest at this loss and at the one before: it may be what holds the member up. */
  readonly heldUp: number | undefined;
}

/** How often records were tried that are not settled. */
export class Attempts {
  /** Before this offset records may have been tried once by an owner that died. */
  readonly careful: number;
  readonly #counts: Map<number, number>;
  /** The record whose count holds the try that is only beginning. */
  #begun: number | undefined;

  /** `own`: the member that wrote the note has lost the lease and got it again, and lives. */
  constructor(note: OffsetMetadata, careful: number, own?: OwnLoss) {
    this.careful = careful;
    this.#counts = new Map(note.tries);
    this.#begun = careful > 0 ? note.trying : undefined;
    if (own && own.heldUp !== note.trying) {
      if (note.trying !== undefined) this.withdraw(note.trying);
      if (own.heldUp !== undefined) this.#counts.set(own.heldUp, (this.#counts.get(own.heldUp) ?? 0) + 1);
    }
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

  /** The try of this record that was stored as beginning was none: its count is again what it was before, without the untold one. */
  withdraw(offset: number): void {
    if (this.#begun !== offset) return;
    this.set(offset, Math.max(0, (this.#counts.get(offset) ?? 0) - 2));
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
  ): Pick<OffsetMetadata, 'tries' | 'trying' | 'careful'> {
    const counts = new Map([...this.#counts].filter(([tried]) => tried >= offset).slice(-most));
    if (beginning) counts.set(beginning.offset, beginning.attempt);
    const begun = this.#begun !== undefined && this.#begun >= offset ? this.#begun : undefined;
    const trying = beginning?.offset ?? begun;
    return {
      ...(counts.size > 0 ? { tries: [...counts] } : {}),
      ...(trying === undefined ? {} : { trying }),
      ...(this.careful > offset ? { careful: this.careful } : {}),
    };
  }
}
