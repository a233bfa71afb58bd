/** A complete e-mail (RFC 5322) and what its envelope says. */
export interface Email {
  readonly from: string;
  readonly to: string;
  readonly source: string;
}

export interface Mailer {
  /** Resolves once the next server has taken the e-mail. UNAVAILABLE while it cannot be reached; Rejected when it never will take it. */
  send(email: Email): void | Promise<void>;
}
