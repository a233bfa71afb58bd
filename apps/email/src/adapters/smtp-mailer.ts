import type { Tracing } from '@millrace/service';
import { Rejected, StreamsError } from '@millrace/streams';
import { createTransport } from 'nodemailer';
import type { Email, Mailer } from './mailer.ts';

/** Connections to the server at the same time. */
export const smtpConnections = 5;

/** Hands e-mails to an SMTP server over a pool of connections. */
export class SmtpMailer implements Mailer, Disposable {
  readonly #transport: ReturnType<typeof pool>;
  readonly #tracing: Tracing;

  constructor(url: string, tracing: Tracing) {
    this.#transport = pool(url);
    this.#tracing = tracing;
  }

  send(email: Email): Promise<void> {
    const span = { name: 'SMTP send', attributes: { protocol: 'smtp' } };
    return this.#tracing.inSpan(span, () => this.#hand(email));
  }

  async #hand({ from, to, source }: Email): Promise<void> {
    try {
      await this.#transport.sendMail({ envelope: { from, to }, raw: source });
    } catch (error) {
      throw fromSmtpError(error);
    }
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
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** Authentication required, its mechanism too weak, encryption required: no e-mail's fault. */
const sessionRefusals: ReadonlySet<number> = new Set([421, 530, 534, 538]);

/**
 * A refusal of the recipient or the content for good (5xx) is the e-mail's fault, one for now (4xx) is tried again.
 * Anything else is the server's absence or its settings, which the next e-mail meets as well: it is waited out.
 */
function fromSmtpError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code =
    'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : undefined;
  const authentication = 'code' in error && error.code === 'EAUTH';
  const sender = code !== undefined && code >= 500 && 'command' in error && error.command === 'MAIL FROM';
  if (code === undefined || sessionRefusals.has(code) || authentication || sender) {
    return new StreamsError('UNAVAILABLE', `the SMTP server: ${error.message}`, { cause: error });
  }
  if (code >= 500)
    return new Rejected(`the SMTP server refuses the e-mail: ${error.message}`, { cause: error });
  return error;
}
