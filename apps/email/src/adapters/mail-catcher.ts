import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import type { Mailbox } from './mailbox.ts';

const largestEmailBytes = 1024 * 1024;

export interface MailCatcher extends AsyncDisposable {
  readonly url: string;
}

/** An SMTP server on loopback that keeps what it gets and passes nothing on. */
export async function startMailCatcher(mailbox: Mailbox): Promise<MailCatcher> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: largestEmailBytes,
    onData: (stream, _session, done) => {
      text(stream)
        .then((source) => mailbox.add(source, new Date().toISOString()))
        .then(() => done(), done);
    },
  });
  server.on('error', () => {
    // A client that goes away in the middle; it sends again.
  });
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const address = listening.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(resolve)),
  };
}
