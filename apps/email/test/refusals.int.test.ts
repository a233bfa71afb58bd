import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { emails } from '@millrace/events';
import { noTracing, startService } from '@millrace/service';
import { openStreams } from '@millrace/streams';
import type { SMTPServerOptions } from 'smtp-server';
import { describe, expect, it, vi } from 'vitest';
import { SmtpMailer } from '../src/adapters/smtp-mailer.ts';
import { email } from '../src/app.ts';
import { all, deadLettersOf, environment, orders, receive, requested, statuses } from './support/receiver.ts';

/** Null while the server refuses nothing. */
type Refuse = (code: number) => Error | null;

/** What a server does to every e-mail, with what it says of it. */
const refusals: readonly (readonly [
  name: string,
  text: string,
  options: (refuse: Refuse) => SMTPServerOptions & { readonly login?: string },
])[] = [
  ['refuses the sender', 'sender not allowed', refuseSender(550)],
  ['asks for a login', 'authentication required', refuseSender(530)],
  ['asks for a stronger login', 'mechanism is too weak', refuseSender(534)],
  ['asks for encryption', 'encryption required for the mechanism', refuseSender(538)],
  [
    'refuses the login',
    'credentials invalid',
    (refuse) => ({
      login: 'shop:wrong@',
      authOptional: false,
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      onAuth: (_login, _session, done) => {
        const refusal = refuse(535);
        return refusal ? done(refusal) : done(null, { user: 'shop' });
      },
    }),
  ],
  [
    'relays nothing',
    '5.7.1 <17850@millrace.example>: Relay access denied',
    (refuse) => ({ onRcptTo: (_address, _session, done) => done(refuse(554)) }),
  ],
  ['takes no connections for now', 'too many connections', refuseConnection(421)],
  ['takes no connections', 'not for your network', refuseConnection(554)],
];

function refuseSender(code: number) {
  return (refuse: Refuse): SMTPServerOptions => ({
    onMailFrom: (_address, _session, done) => done(refuse(code)),
  });
}

function refuseConnection(code: number) {
  return (refuse: Refuse): SMTPServerOptions => ({ onConnect: (_session, done) => done(refuse(code)) });
}

describe('e-mail', () => {
  it.concurrent('waits while the server is away and gives none up', async () => {
    // Nobody speaks SMTP there: each attempt is cut off.
    let attempts = 0;
    const reserved = createServer((socket) => {
      attempts += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(reserved, 'listening');
    const { port } = reserved.address() as AddressInfo;
    const variables = await environment({ SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_RETRY_MS: '20' });
    const started = await startService(email, variables);
    await started.ready;
    await using streams = await openStreams(`embedded:${variables.DATA_DIR}/streams.db`);
    const own = statuses.map((status) => requested('0', status));
    await streams.publish(emails, own);
    // More than a message is given before it becomes a dead letter; the others wait after it.
    await vi.waitFor(
      async () => {
        const metrics = await (await fetch(`${started.url}/metrics`)).text();
        expect(metrics).toMatch(/streams_troubles_total\{group="email",code="UNAVAILABLE"\} [1-9]/);
        expect(attempts).toBeGreaterThan(10);
      },
      { timeout: 60_000 },
    );
    reserved.close();
    await once(reserved, 'close');
    await using receiver = await receive(port);
    await vi.waitFor(async () => expect(await streams.admin.lag('email')).toBe(0), { timeout: 10_000 });
    await started.stop();
    expect(receiver.received).toEqual(own.map(({ status, orderId }) => `${status}.${orderId}`));
  });

  it.concurrent.each(refusals)(
    'waits while the server %s, which is no e-mail’s fault',
    async (_, text, refusal) => {
      let refusing = true;
      let refused = 0;
      const { login = '', ...options } = refusal((code) => {
        if (!refusing) return null;
        refused += 1;
        return Object.assign(new Error(text), { responseCode: code });
      });
      await using receiver = await receive(0, options);
      const SMTP_URL = receiver.url.replace('//', `//${login}`);
      const variables = await environment({ SMTP_URL, MAIL_RETRY_MS: '20' });
      const started = await startService(email, variables);
      await started.ready;
      await using streams = await openStreams(`embedded:${variables.DATA_DIR}/streams.db`);
      await streams.publish(emails, all.slice(0, 3));
      await vi.waitFor(
        async () => {
          expect(refused).toBeGreaterThan(5);
          const ready = await fetch(`${started.url}/ready`);
          expect(ready.status).toBe(503);
          expect(await ready.text()).toContain(text);
        },
        { timeout: 60_000 },
      );
      refusing = false;
      await vi.waitFor(async () => expect(await streams.admin.lag('email')).toBe(0), { timeout: 60_000 });
      expect((await fetch(`${started.url}/ready`)).status).toBe(200);
      await started.stop();
      expect(receiver.received).toHaveLength(3);
      expect(await deadLettersOf(streams)).toEqual([]);
    },
  );

  it.concurrent('that the server refuses for good is set aside, the rest goes on', async () => {
    await using receiver = await receive(0, {
      onRcptTo: (_address, _session, done) => {
        const refusal = Object.assign(new Error('no such mailbox'), { responseCode: 550 });
        done(receiver.received.length === 0 && !refused ? refusal : null);
        refused = true;
      },
    });
    let refused = false;
    const variables = await environment({ SMTP_URL: receiver.url });
    const started = await startService(email, variables);
    await started.ready;
    await using streams = await openStreams(`embedded:${variables.DATA_DIR}/streams.db`);
    await streams.publish(emails, all.slice(0, 5));
    await vi.waitFor(async () => expect(await streams.admin.lag('email')).toBe(0), { timeout: 10_000 });
    await started.stop();
    expect(receiver.received).toHaveLength(4);
    expect(await deadLettersOf(streams)).toEqual([
      { code: 'REJECTED', error: expect.stringContaining('no such mailbox') },
    ]);
  });

  it.concurrent('that is refused for now waits with those of its order, for as long as it takes, and holds up no other', async () => {
    let refusing = true;
    const counted = { recipient: 0, content: 0 };
    const greylisted = (text: string) => Object.assign(new Error(text), { responseCode: 451 });
    const received: string[] = [];
    await using receiver = await receive(0, {
      onRcptTo: ({ address }, _session, done) => {
        if (!refusing || !address.startsWith('grey@')) return done();
        counted.recipient += 1;
        return done(greylisted('4.7.1 Greylisted for 300 seconds'));
      },
      onData: (stream, _session, done) => {
        text(stream).then((source) => {
          const id = /^Message-ID: <(.+)@/m.exec(source)?.[1] ?? source;
          if (refusing && id.endsWith('.odd')) {
            counted.content += 1;
            return done(greylisted('4.3.0 try again later'));
          }
          received.push(id);
          return done();
        }, done);
      },
    });
    const variables = await environment({
      SMTP_URL: receiver.url,
      PARTITIONS: '1',
      MAIL_RETRY_MS: '20',
    });
    const held = statuses.flatMap((status) => [
      { ...requested('grey', status), payerId: 'grey' },
      requested('odd', status),
    ]);
    await using streams = await openStreams(`embedded:${variables.DATA_DIR}/streams.db`);
    {
      const started = await startService(email, variables);
      await started.ready;
      await streams.publish(emails, held.slice(0, 2));
      await vi.waitFor(() => expect(Math.min(counted.recipient, counted.content)).toBeGreaterThan(3), {
        timeout: 60_000,
      });
      await streams.publish(emails, [...all, ...held.slice(2)]);
      await vi.waitFor(() => expect(received).toHaveLength(all.length), { timeout: 60_000 });
      await vi.waitFor(async () => expect(await streams.admin.lag('email')).toBe(0), { timeout: 60_000 });
      await started.stop();
    }
    refusing = false;
    const started = await startService(email, variables);
    await vi.waitFor(() => expect(received).toHaveLength(all.length + held.length), { timeout: 60_000 });
    await started.stop();
    for (const order of ['grey', 'odd']) {
      expect(received.filter((id) => id.endsWith(`.${order}`))).toEqual(
        statuses.map((status) => `${status}.${order}`),
      );
    }
    expect(await deadLettersOf(streams)).toEqual([]);
  });

  it.concurrent('over which the server hangs up while it takes others waits by itself', async () => {
    let refusing = true;
    await using receiver = await receive(0, {
      onRcptTo: ({ address }, _session, done) => {
        const refusal = Object.assign(new Error('4.7.0 try again later, closing connection'), {
          responseCode: 421,
        });
        done(refusing && address.startsWith('shunned@') ? refusal : null);
      },
    });
    const variables = await environment({ SMTP_URL: receiver.url, PARTITIONS: '1', MAIL_RETRY_MS: '300' });
    const shunned = statuses.map((status) => ({ ...requested('shunned', status), payerId: 'shunned' }));
    const started = await startService(email, variables);
    await started.ready;
    await using streams = await openStreams(`embedded:${variables.DATA_DIR}/streams.db`);
    await streams.publish(emails, shunned);
    const others = orders.map((order) => requested(order, 'payment_received'));
    for (const other of others) await streams.publish(emails, [other]);
    await vi.waitFor(() => expect(new Set(receiver.received).size).toBe(others.length), { timeout: 60_000 });
    await vi.waitFor(async () => expect(await streams.admin.lag('email')).toBe(0), { timeout: 60_000 });
    refusing = false;
    await vi.waitFor(() => expect(new Set(receiver.received).size).toBe(others.length + shunned.length), {
      timeout: 60_000,
    });
    await started.stop();
    expect(receiver.received.filter((id) => id.endsWith('.shunned'))).toEqual(
      statuses.map((status) => `${status}.shunned`),
    );
    expect(await deadLettersOf(streams)).toEqual([]);
  });

  it.concurrent('that is refused for too long is set aside, and leaves when it is redriven', async () => {
    let refusing = true;
    await using receiver = await receive(0, {
      onRcptTo: (_address, _session, done) =>
        done(refusing ? Object.assign(new Error('mailbox is full'), { responseCode: 452 }) : null),
    });
    const variables = await environment({
      SMTP_URL: receiver.url,
      MAIL_RETRY_MS: '20',
      MAIL_GIVE_UP_MS: '100',
    });
    const started = await startService(email, variables);
    await started.ready;
    await using streams = await openStreams(`embedded:${variables.DATA_DIR}/streams.db`);
    await streams.publish(
      emails,
      statuses.map((status) => requested('full', status)),
    );
    await vi.waitFor(async () => expect(await deadLettersOf(streams)).toHaveLength(3), { timeout: 60_000 });
    expect(await deadLettersOf(streams)).toEqual(
      Array.from({ length: 3 }, () => ({
        code: 'REJECTED',
        error: expect.stringContaining('mailbox is full'),
      })),
    );
    refusing = false;
    await streams.admin.redrive('email');
    await vi.waitFor(() => expect(receiver.received).toHaveLength(3), { timeout: 60_000 });
    await started.stop();
    expect(receiver.received).toEqual(statuses.map((status) => `${status}.full`));
  });

  it.concurrent('waits no longer for a server that drips than its deadline says', async () => {
    const dripping = createServer((socket) => {
      // A greeting of several lines that never ends.
      const drip = setInterval(() => socket.write('220-one moment\r\n'), 20);
      socket.on('close', () => clearInterval(drip));
      socket.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(dripping, 'listening');
    const { port } = dripping.address() as AddressInfo;
    using mailer = new SmtpMailer({
      url: `smtp://127.0.0.1:${port}`,
      tracing: noTracing,
      deadlineMs: 300,
      longestPauseMs: 1,
    });
    const letter = {
      id: '<1@millrace.example>',
      from: 'shop@millrace.example',
      to: '1@millrace.example',
      source: 'Subject: x\r\n\r\nx',
    };
    await expect(mailer.send(letter)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    dripping.close();
  });
});
