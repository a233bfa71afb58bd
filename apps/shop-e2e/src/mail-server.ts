import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

type Decide = (id: string) => 'take' | 'hold' | 'refuse';

/** An SMTP server that does with each e-mail what the test wants. */
export interface MailServer extends AsyncDisposable {
  readonly url: string;
  /** From now on this is asked for each e-mail that arrives, by its Message-ID: `<status>.<order>`. At first all are taken. */
  decideBy(decide: Decide): void;
  /** Message-IDs of the e-mails that arrived, whatever was decided. */
  readonly arrived: readonly string[];
}

export async function startMailServer(): Promise<MailServer> {
  const arrived: string[] = [];
  let decide: Decide = () => 'take';
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onData: (stream, _session, done) => {
      text(stream).then((source) => {
        const id = /^Message-ID: <(.+)@/m.exec(source)?.[1] ?? '';
        const decision = decide(id);
        arrived.push(id);
        if (decision === 'take') done();
        if (decision === 'refuse') done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
      }, done);
    },
  });
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    url: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    decideBy: (next) => {
      decide = next;
    },
    arrived,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(resolve)),
  };
}
