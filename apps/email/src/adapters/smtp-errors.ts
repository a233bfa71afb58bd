import { isStreamsError, Rejected, StreamsError } from '@millrace/streams';
import { RefusedForNow } from './mailer.ts';

/** The commands whose refusal is about one e-mail; nodemailer names the last one that was sent. */
const emailCommands: ReadonlySet<string> = new Set(['RCPT TO', 'DATA']);

/** Service closing, authentication required, its mechanism too weak, encryption required: no e-mail's fault. */
const sessionRefusals: ReadonlySet<number> = new Set([421, 530, 534, 538]);

/** What servers say at RCPT TO to a session that may send nothing to anybody elsewhere, mostly one without a login. */
const relayRefusal = /\brelay|authenticat|\b5\.7\.(8|9|11)\b/i;

/** Whether the server failed in the middle of the e-mail, or took too long: it may do so over this one alone. */
export function mayBeEmails({ cause }: StreamsError): boolean {
  if (!(cause instanceof Error)) return true;
  return emailCommands.has(commandOf(cause)) || cause.message.startsWith(closedInTheMiddle);
}

/** How nodemailer begins its message of a 421 after the login. */
const closedInTheMiddle = 'Server closed the connection';
/** What it says of a connection that closed without a word, and was not to be tried again. */
const closedSilently = 'Reached maximum number of retries after connection was closed';

function commandOf(error: unknown): string {
  return error instanceof Error && 'command' in error ? String(error.command) : '';
}

/**
 * Whose fault it is. A refusal of the recipient or the content is the e-mail's, for good (5xx) or for now (4xx).
 * Anything else, and a refusal to relay, is the server's absence or its settings, which the next e-mail meets as well: it is waited out.
 */
export function fromSmtpError(error: unknown): unknown {
  if (isStreamsError(error) || !(error instanceof Error)) return error;
  const code =
    'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : undefined;
  const authentication = 'code' in error && error.code === 'EAUTH';
  if (
    code === undefined ||
    sessionRefusals.has(code) ||
    authentication ||
    !emailCommands.has(commandOf(error)) ||
    relayRefusal.test(error.message)
  ) {
    return new StreamsError('UNAVAILABLE', `the SMTP server: ${reasonOf(error)}`, { cause: error });
  }
  return code >= 500
    ? new Rejected(`the SMTP server refuses the e-mail: ${error.message}`, { cause: error })
    : new RefusedForNow(`the SMTP server refuses the e-mail for now: ${error.message}`, { cause: error });
}

/** What OpenSSL and Node call a certificate that is not accepted; nodemailer keeps their code as the original one. */
const certificateCodes = /CERT|VERIFY|SIGNATURE|HOSTNAME_MISMATCH/;

function reasonOf(error: Error): string {
  if (error.message === closedSilently) return 'closed the connection';
  const code = 'originalCode' in error ? String(error.originalCode) : '';
  if (!certificateCodes.test(code)) return error.message;
  return `its certificate is not accepted (${error.message}), so nothing is sent to it: give it a valid one for the host that SMTP_URL names; NODE_EXTRA_CA_CERTS names a file with further authorities`;
}
