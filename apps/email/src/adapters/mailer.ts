/** A complete e-mail (RFC 5322) and what its envelope says. */
export interface Letter {
  readonly from: string;
  readonly to: string;
  readonly source: string;
}

export interface Mailer {
  /** Resolves once the next server has taken the letter. UNAVAILABLE while it cannot be reached; Rejected when it never will take it. */
  send(letter: Letter): void | Promise<void>;
}
