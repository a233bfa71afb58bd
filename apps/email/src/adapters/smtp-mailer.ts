import type { Tracing } from '@millrace/service';
import { StreamsError } from '@millrace/streams';
import { createTransport } from 'nodemailer';
import type { Email, Mailer } from './mailer.ts';
import { fromSmtpError } from './smtp-errors.ts';

/** Connections to the server at the same time. */
export const smtpConnections = 5;

/** For one e-mail, from waiting for a connection to the server's last word: a server that drips is as good as away. */
const sendDeadlineMs = 60_000;

/** Hands e-mails to an SMTP server over a pool of connections. */
export class SmtpMailer implements Mailer, Disposable {
  readonly #url: string;
  readonly #tracing: Tracing;
  readonly #deadlineMs: number;
  #transport: ReturnType<typeof pool>;

  constructor(url: string, tracing: Tracing, deadlineMs: number = sendDeadlineMs) {
    this.#url = url;
    this.#transport = pool(url);
    this.#tracing = tracing;
    this.#deadlineMs = deadlineMs;
  }

  send(email: Email): Promise<void> {
    const span = { name: 'SMTP send', attributes: { protocol: 'smtp' } };
    return this.#tracing.inSpan(span, () => this.#hand(email));
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
    dnsTimeout: 10_000,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
