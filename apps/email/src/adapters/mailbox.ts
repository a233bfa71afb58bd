import { type ParsedEmail, parseEmail } from './parse-email.ts';

export interface CaughtEmail extends ParsedEmail {
  readonly caughtAt: string;
  /** How often it arrived; copies after the first are dropped, as any receiver may do by Message-ID. */
  readonly copies: number;
}

/** The latest e-mails that were caught, in memory. */
export class Mailbox {
  readonly #size: number;
  readonly #emails = new Map<string, CaughtEmail>();

  constructor(size: number) {
    this.#size = size;
  }

  async add(source: string, caughtAt: string): Promise<void> {
    const email = await parseEmail(source);
    const known = this.#emails.get(email.messageId);
    this.#emails.set(email.messageId, { ...email, caughtAt, copies: (known?.copies ?? 0) + 1 });
    const [oldest] = this.#emails.keys();
    if (this.#emails.size > this.#size && oldest !== undefined) this.#emails.delete(oldest);
  }

  /** The newest first. */
  emails(): readonly CaughtEmail[] {
    return [...this.#emails.values()].toReversed();
  }
}
