import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type EmailRequested, emails } from '@millrace/events';
import { noTracing, startService } from '@millrace/service';
import { openStreams, type Streams } from '@millrace/streams';
import { ServiceProcess } from '@millrace/testing';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { describe, expect, it, vi } from 'vitest';
import { SmtpMailer } from '../src/adapters/smtp-mailer.ts';
import { email } from '../src/app.ts';

const statuses = ['payment_received', 'product_shipped', 'product_delivered'] as const;

function requested(orderId: string, status: (typeof statuses)[number]): EmailRequested {
  const about = {
    type: 'EmailRequested',
    occurredAt: '2026-01-02T03:04:05.000Z',
    orderId,
    payerId: '17850',
  } as const;
  return status === 'payment_received' ? { ...about, status, pence: 500 } : { ...about, status };
}

const orders = Array.from({ length: 30 }, (_, index) => String(index));
const all = statuses.flatMap((status) => orders.map((order) => requested(order, status)));

interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** Message-IDs in the order in which they arrived. */
  readonly received: string[];
}

async function receive(port = 0, options: SMTPServerOptions = {}): Promise<Receiver> {
  const received: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onData: (stream, _session, done) => {
      text(stream).then((source) => {
        received.push(/^Message-ID: <(.+)@/m.exec(source)?.[1] ?? source);
        done();
      }, done);
    },
    ...options,
  });
  server.on('error', () => {});
  const listening = server.listen(port, '127.0.0.1');
  await once(listening, 'listening');
  return {
    url: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    received,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(resolve)),
  };
}

async function environment(more: Record<string, string>): Promise<Record<string, string>> {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'email-'));
  return { DATA_DIR, PORT: '0', LOG_LEVEL: 'silent', LEASE_MS: '500', ...more };
}

function expectOrder(received: readonly string[]): void {
  for (const order of orders) {
    const found = received
      .filter((id) => id.endsWith(`.${order}`))
      .map((id) => id.slice(0, -order.length - 1));
    expect([...new Set(found)], `e-mails of order ${order}`).toEqual(statuses);
  }
}

async function deadLettersOf(streams: Streams): Promise<unknown[]> {
  const letters = [];
  for await (const { code, error } of streams.admin.deadLetters('email')) letters.push({ code, error });
  return letters;
}

describe('e-mail', () => {
  it('goes over SMTP, those of one order in order', async () => {
    await using receiver = await receive();
    const variables = await environment({ SMTP_URL: receiver.url });
    const started = await startService(email, variables);
    await started.ready;
    await using streams = await openStreams(`embedded:${variables.DATA_DIR}/streams.db`);
    await streams.publish(emails, all);
    await vi.waitFor(async () => expect(await streams.admin.lag('email')).toBe(0), { timeout: 10_000 });
    await started.stop();
    expect(receiver.received).toHaveLength(all.length);
    expectOrder(receiver.received);
  });

  it('waits while the server is away and gives none up', async () => {
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
      { timeout: 30_000 },
    );
    reserved.close();
    await once(reserved, 'close');
    await using receiver = await receive(port);
    await vi.waitFor(async () => expect(await streams.admin.lag('email')).toBe(0), { timeout: 10_000 });
    await started.stop();
    expect(receiver.received).toEqual(own.map(({ status, orderId }) => `${status}.${orderId}`));
  });

  it.each([
    ['the sender', 550, 'sender not allowed'],
    ['a session without a login', 530, 'authentication required'],
  ])('waits while the server refuses %s, which is no letter’s fault', async (_, responseCode, text) => {
    let refusing = true;
    let refused = 0;
    await using receiver = await receive(0, {
      onMailFrom: (_address, _session, done) => {
        if (!refusing) return done();
        refused += 1;
        return done(Object.assign(new Error(text), { responseCode }));
      },
    });
    const variables = await environment({ SMTP_URL: receiver.url, MAIL_RETRY_MS: '20' });
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
      { timeout: 20_000 },
    );
    refusing = false;
    await vi.waitFor(async () => expect(await streams.admin.lag('email')).toBe(0), { timeout: 30_000 });
    await started.stop();
    expect(receiver.received).toHaveLength(3);
  });

  it('that the server refuses for good is set aside, the rest goes on', async () => {
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

  it('that is refused for now waits with those of its order, for as long as it takes, and holds up no other', async () => {
    let refusing = true;
    const refusals = { recipient: 0, content: 0 };
    const greylisted = (text: string) => Object.assign(new Error(text), { responseCode: 451 });
    const received: string[] = [];
    await using receiver = await receive(0, {
      onRcptTo: ({ address }, _session, done) => {
        if (!refusing || !address.startsWith('grey@')) return done();
        refusals.recipient += 1;
        return done(greylisted('4.7.1 Greylisted for 300 seconds'));
      },
      onData: (stream, _session, done) => {
        text(stream).then((source) => {
          const id = /^Message-ID: <(.+)@/m.exec(source)?.[1] ?? source;
          if (refusing && id.endsWith('.odd')) {
            refusals.content += 1;
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
      await vi.waitFor(() => expect(Math.min(refusals.recipient, refusals.content)).toBeGreaterThan(3), {
        timeout: 20_000,
      });
      await streams.publish(emails, [...all, ...held.slice(2)]);
      await vi.waitFor(() => expect(received).toHaveLength(all.length), { timeout: 20_000 });
      await vi.waitFor(async () => expect(await streams.admin.lag('email')).toBe(0), { timeout: 20_000 });
      await started.stop();
    }
    refusing = false;
    const started = await startService(email, variables);
    await vi.waitFor(() => expect(received).toHaveLength(all.length + held.length), { timeout: 20_000 });
    await started.stop();
    for (const order of ['grey', 'odd']) {
      expect(received.filter((id) => id.endsWith(`.${order}`))).toEqual(
        statuses.map((status) => `${status}.${order}`),
      );
    }
    expect(await deadLettersOf(streams)).toEqual([]);
  });

  it('over which the server hangs up while it takes others waits by itself', async () => {
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
    await vi.waitFor(() => expect(new Set(receiver.received).size).toBe(others.length), { timeout: 30_000 });
    await vi.waitFor(async () => expect(await streams.admin.lag('email')).toBe(0), { timeout: 30_000 });
    refusing = false;
    await vi.waitFor(() => expect(new Set(receiver.received).size).toBe(others.length + shunned.length), {
      timeout: 30_000,
    });
    await started.stop();
    expect(receiver.received.filter((id) => id.endsWith('.shunned'))).toEqual(
      statuses.map((status) => `${status}.shunned`),
    );
    expect(await deadLettersOf(streams)).toEqual([]);
  });

  it('that is refused for too long is set aside, and leaves when it is redriven', async () => {
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
    await vi.waitFor(async () => expect(await deadLettersOf(streams)).toHaveLength(3), { timeout: 20_000 });
    expect(await deadLettersOf(streams)).toEqual(
      Array.from({ length: 3 }, () => ({
        code: 'REJECTED',
        error: expect.stringContaining('mailbox is full'),
      })),
    );
    refusing = false;
    await streams.admin.redrive('email');
    await vi.waitFor(() => expect(receiver.received).toHaveLength(3), { timeout: 20_000 });
    await started.stop();
    expect(receiver.received).toEqual(statuses.map((status) => `${status}.full`));
  });

  it('waits no longer for a server that drips than its deadline says', async () => {
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

  it('is sent by whichever competing member is free, and never so over a server that may refuse for now', async () => {
    const competing = await environment({ MAIL: 'catcher', EMAIL_MODE: 'competing' });
    const members = [await startService(email, competing), await startService(email, competing)];
    await Promise.all(members.map(({ ready }) => ready));
    await using streams = await openStreams(`embedded:${competing.DATA_DIR}/streams.db`);
    await streams.publish(emails, all);
    await vi.waitFor(async () => expect(await streams.admin.lag('email')).toBe(0), { timeout: 20_000 });
    expect(await streams.admin.describeGroup('email')).toMatchObject({ mode: 'competing' });
    await Promise.all(members.map((member) => member.stop()));
    expect(await deadLettersOf(streams)).toEqual([]);
    const overSmtp = await environment({ SMTP_URL: 'smtp://127.0.0.1:1', EMAIL_MODE: 'competing' });
    await expect(startService(email, overSmtp)).rejects.toThrow(
      /EMAIL_MODE.*must be partitioned for an SMTP/s,
    );
  });

  it('that a crash repeats has the Message-ID of the first', async () => {
    await using receiver = await receive();
    const variables = await environment({ SMTP_URL: receiver.url });
    await using streams = await openStreams(`embedded:${variables.DATA_DIR}/streams.db`);
    {
      await using service = new ServiceProcess({ app: 'email', environment: variables });
      await service.ready;
      await streams.publish(emails, all);
      await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThan(3), { timeout: 10_000 });
      await service.kill();
    }
    await using service = new ServiceProcess({ app: 'email', environment: variables });
    await service.ready;
    await vi.waitFor(async () => expect(await streams.admin.lag('email')).toBe(0), { timeout: 15_000 });
    expect(await service.stop()).toBe(0);
    expect(new Set(receiver.received).size).toBe(all.length);
    expectOrder(receiver.received);
  });

  it('without a server is caught and shown', async () => {
    const variables = await environment({ MAILBOX_SIZE: '50' });
    const started = await startService(email, variables);
    await started.ready;
    await using streams = await openStreams(`embedded:${variables.DATA_DIR}/streams.db`);
    await streams.publish(emails, all);
    await vi.waitFor(async () => expect(await streams.admin.lag('email')).toBe(0), { timeout: 10_000 });
    const caught = (await (await fetch(`${started.url}/api/mailbox`)).json()) as { emails: unknown[] };
    expect(caught.emails).toHaveLength(50);
    expect(caught.emails[0]).toMatchObject({
      to: '17850@millrace.example',
      subject: expect.stringContaining('was delivered'),
      copies: 1,
    });
    const page = await fetch(`${started.url}/mailbox`);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('The newest 50 of 50 caught e-mails');
    await started.stop();
  });

  it('is only written in a replay', async () => {
    const variables = await environment({ MAIL: 'render', SMTP_URL: 'smtp://127.0.0.1:1' });
    const started = await startService(email, variables);
    await started.ready;
    await using streams = await openStreams(`embedded:${variables.DATA_DIR}/streams.db`);
    await streams.publish(emails, all);
    await vi.waitFor(async () => expect(await streams.admin.lag('email')).toBe(0), { timeout: 10_000 });
    expect((await fetch(`${started.url}/mailbox`)).status).toBe(404);
    await started.stop();
  });

  it('cannot be sent without a server', async () => {
    await expect(startService(email, { MAIL: 'smtp' })).rejects.toThrow(
      'SMTP_URL is not set: must name a server',
    );
  });
});
