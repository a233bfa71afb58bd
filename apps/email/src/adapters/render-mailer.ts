import type { Email, Mailer } from './mailer.ts';

/** Takes complete e-mails and lets none out: a replay of real history must never write to people. */
export class RenderMailer implements Mailer {
  #letters = 0;
  #bytes = 0;

  /** What it would have sent. */
  get rendered(): { readonly letters: number; readonly bytes: number } {
    return { letters: this.#letters, bytes: this.#bytes };
  }

  send({ source }: Email): void {
    this.#letters++;
    this.#bytes += Buffer.byteLength(source);
  }
}
