import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { EmailRequested } from '@millrace/events';
import type { Streams } from '@millrace/streams';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { expect } from 'vitest';

export const statuses = ['payment_received', 'product_shipped', 'product_delivered'] as const;

export function requested(orderId: string, status: (typeof statuses)[number]): EmailRequested {
  const about = {
    type: 'EmailRequested',
    occurredAt: '2026-01-02T03:04:05.000Z',
    orderId,
    payerId: '17850',
  } as const;
  return status === 'payment_received' ? { ...about, status, pence: 500 } : { ...about, status };
}

export const orders: readonly string[] = Array.from({ length: 30 }, (_, index) => String(index));
export const all: readonly EmailRequested[] = statuses.flatMap((status) =>
  orders.map((order) => requested(order, status)),
);

export interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** Message-IDs in the order in which they arrived. */
  readonly received: string[];
  /** How many were made, whatever became of them. */
  connections(): number;
  /** Has this certificate for connections that are made from now on. */
  present(certificate: { readonly key: string; readonly cert: string }): void;
}

export async function receive(port = 0, options: SMTPServerOptions = {}): Promise<Receiver> {
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
  let connections = 0;
  listening.on('connection', () => {
    connections += 1;
  });
  await once(listening, 'listening');
  return {
    url: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    received,
    connections: () => connections,
    present: (certificate) => server.updateSecureContext(certificate),
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(resolve)),
  };
}

export async function environment(more: Record<string, string>): Promise<Record<string, string>> {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'email-'));
  return { DATA_DIR, PORT: '0', LOG_LEVEL: 'silent', LEASE_MS: '500', ...more };
}

export function expectOrder(received: readonly string[]): void {
  for (const order of orders) {
    const found = received
      .filter((id) => id.endsWith(`.${order}`))
      .map((id) => id.slice(0, -order.length - 1));
    expect([...new Set(found)], `e-mails of order ${order}`).toEqual(statuses);
  }
}

export async function deadLettersOf(streams: Streams): Promise<unknown[]> {
  const letters = [];
  for await (const { code, error } of streams.admin.deadLetters('email')) letters.push({ code, error });
  return letters;
}
