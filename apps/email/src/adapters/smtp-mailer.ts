import type { Tracing } from '@millrace/service';
import { exponential, StreamsError } from '@millrace/streams';
import { createTransport } from 'nodemailer';
import type { Email, Mailer } from './mailer.ts';
import { ServerGate } from './server-gate.ts';
import { fromSmtpError, mayBeEmails } from './smtp-errors.ts';

/** Connections to the server at the same time. */
export const smtpConnections = 5;

export interface SmtpMailerOptions {
  readonly url: string;
  readonly tracing: Tracing;
  /** For one e-mail, up to the server's last word: a server that drips is as good as away. Default: 60,000. */
  readonly deadlineMs?: number;
  /** The longest pause between two attempts to use a server that is away, in milliseconds; they double from 250. */
  readonly longestPauseMs: number;
}

/** Hands e-mails to an SMTP server over a pool of connections; while the server cannot be used, one at a time asks again. */
export class SmtpMailer implements Mailer, Disposable {
  readonly #url: string;
  readonly #tracing: Tracing;
  readonly #deadlineMs: number;
  readonly #gate: ServerGate;
  #transport: ReturnType<typeof pool>;

  constructor({ url, tracing, deadlineMs = 60_000, longestPauseMs }: SmtpMailerOptions) {
    this.#url = url;
    this.#transport = pool(url);
    this.#tracing = tracing;
    this.#deadlineMs = deadlineMs;
    this.#gate = new ServerGate({
      concurrency: smtpConnections,
      pause: exponential(250, longestPauseMs),
      mayBeEmails,
    });
  }

  send(email: Email): Promise<void> {
    const span = { name: 'SMTP send', attributes: { protocol: 'smtp' } };
    return this.#gate.pass(email.id, () => this.#tracing.inSpan(span, () => this.#hand(email)));
  }

  /** Why the server cannot be used; undefined when it can, or when nothing is known yet. */
  problem(): string | undefined {
    return this.#gate.problem();
  }

  async #hand({ from, to, source }: Email): Promise<void> {
    const transport = this.#transport;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const deadline = setTimeout(() => {
      this.#replace(transport);
      reject(new StreamsError('UNAVAILABLE', `the SMTP server took longer than ${this.#deadlineMs} ms`));
    }, this.#deadlineMs);
    try {
      const sent = transport.sendMail({ envelope: { from, to }, raw: source });
      await Promise.race([sent, late]);
    } catch (error) {
      throw fromSmtpError(error);
    } finally {
      clearTimeout(deadline);
    }
  }

  /** Connections on which nothing moves any more must not keep others from being opened. */
  #replace(transport: ReturnType<typeof pool>): void {
    if (this.#transport !== transport) return;
    this.#transport = pool(this.#url);
    transport.close();
  }

  [Symbol.dispose](): void {
    this.#transport.close();
  }
}

function pool(url: string) {
  return createTransport({
    url,
    pool: true,
    maxConnections: smtpConnections,
    maxMessages: Number.POSITIVE_INFINITY,
    // The gate decides when to try again, and has to see each failure.
    maxRequeues: 0,
    dnsTimeout: 10_000,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
