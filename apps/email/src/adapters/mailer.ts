/** A complete e-mail (RFC 5322) and what its envelope says. */
export interface Email {
  /** Its Message-ID. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly source: string;
}

export interface Mailer {
  /**
   * Resolves once the next server has taken the e-mail. UNAVAILABLE while the server cannot be used for any e-mail;
   * RefusedForNow when it may take this one later; Rejected when it never will.
   */
  send(email: Email): void | Promise<void>;
}

/** The server refuses this recipient or this content for now, such as a greylisting one does with whom it does not know. */
export class RefusedForNow extends Error {
  override readonly name = 'RefusedForNow';
}
