import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

/** An SMTP server that does with each e-mail what the test wants. */
export interface MailServer extends AsyncDisposable {
  readonly url: string;
  /** Asked for each e-mail that arrives, by its Message-ID: `<status>.<order>`. */
  decide: (id: string) => 'take' | 'hold' | 'refuse';
  /** Message-IDs of the e-mails that arrived, whatever was decided. */
  readonly arrived: readonly string[];
}

export async function startMailServer(): Promise<MailServer> {
  const arrived: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onData: (stream, _session, done) => {
      text(stream).then((source) => {
        const id = /^Message-ID: <(.+)@/m.exec(source)?.[1] ?? '';
        const decision = mail.decide(id);
        arrived.push(id);
        if (decision === 'take') done();
        if (decision === 'refuse') done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
      }, done);
    },
  });
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const mail: MailServer = {
    url: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    decide: () => 'take',
    arrived,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(resolve)),
  };
  return mail;
}
