import { type ParsedLetter, parseLetter } from './parse-letter.ts';

export interface CaughtLetter extends ParsedLetter {
  readonly caughtAt: string;
  /** How often it arrived; copies after the first are dropped, as any receiver may do by Message-ID. */
  readonly copies: number;
}

/** The latest e-mails that were caught, in memory. */
export class Mailbox {
  readonly #size: number;
  readonly #letters = new Map<string, CaughtLetter>();

  constructor(size: number) {
    this.#size = size;
  }

  add(source: string, caughtAt: string): void {
    const letter = parseLetter(source);
    const known = this.#letters.get(letter.messageId);
    this.#letters.set(letter.messageId, { ...letter, caughtAt, copies: (known?.copies ?? 0) + 1 });
    const [oldest] = this.#letters.keys();
    if (this.#letters.size > this.#size && oldest !== undefined) this.#letters.delete(oldest);
  }

  /** The newest first. */
  letters(): readonly CaughtLetter[] {
    return [...this.#letters.values()].toReversed();
  }
}
