import { emails } from '@millrace/events';
import { startService } from '@millrace/service';
import { openStreams } from '@millrace/streams';
import { afterAll, expect, it, vi } from 'vitest';
import { email } from '../src/app.ts';
import { Authority } from './support/authority.ts';
import { all, deadLettersOf, environment, receive } from './support/receiver.ts';

const authority = new Authority();
afterAll(() => authority[Symbol.dispose]());

const right = authority.issue('IP:127.0.0.1');
const unknown = authority.selfSigned('IP:127.0.0.1');

it.concurrent.each([
  ['smtp', 'that nobody vouches for', 'self-signed certificate', unknown],
  ['smtp', 'of another host', 'does not match certificate', authority.issue('DNS:elsewhere.example')],
  ['smtp', 'that has run out', 'certificate has expired', authority.issue('IP:127.0.0.1', -1)],
  ['smtps', 'that nobody vouches for', 'self-signed certificate', unknown],
])(
  'over %s a server with a certificate %s is waited for, and told nothing',
  async (scheme, _, reason, wrong) => {
    /** Whether the session was encrypted, for each e-mail that was begun. */
    const begun: boolean[] = [];
    await using receiver = await receive(0, {
      ...wrong,
      secure: scheme === 'smtps',
      disabledCommands: ['AUTH'],
      onMailFrom: (_address, session, done) => {
        begun.push(session.secure);
        done();
      },
    });
    const SMTP_URL = receiver.url.replace('smtp:', `${scheme}:`);
    const variables = await environment({ SMTP_URL, MAIL_RETRY_MS: '20' });
    const started = await startService(email, variables);
    await started.ready;
    await using streams = await openStreams(`embedded:${variables.DATA_DIR}/streams.db`);
    await streams.publish(emails, all.slice(0, 3));
    // More often than a message is tried before it becomes a dead letter.
    await vi.waitFor(() => expect(receiver.connections()).toBeGreaterThan(10), { timeout: 60_000 });
    const ready = await fetch(`${started.url}/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toMatch(new RegExp(`its certificate is not accepted .*${reason}`));
    expect(begun).toEqual([]);
    expect(await streams.admin.lag('email')).toBe(3);

    receiver.present(right);
    await vi.waitFor(async () => expect(await streams.admin.lag('email')).toBe(0), { timeout: 60_000 });
    expect((await fetch(`${started.url}/ready`)).status).toBe(200);
    await started.stop();
    expect(receiver.received).toHaveLength(3);
    expect(begun).toEqual([true, true, true]);
    expect(await deadLettersOf(streams)).toEqual([]);
  },
);

it.concurrent('a server without encryption is waited for where requireTLS asks for it', async () => {
  await using receiver = await receive();
  const variables = await environment({ SMTP_URL: `${receiver.url}?requireTLS=true`, MAIL_RETRY_MS: '20' });
  const started = await startService(email, variables);
  await started.ready;
  await using streams = await openStreams(`embedded:${variables.DATA_DIR}/streams.db`);
  await streams.publish(emails, all.slice(0, 3));
  await vi.waitFor(() => expect(receiver.connections()).toBeGreaterThan(10), { timeout: 60_000 });
  const ready = await fetch(`${started.url}/ready`);
  expect(ready.status).toBe(503);
  expect(await ready.text()).toContain('STARTTLS');
  expect(await streams.admin.lag('email')).toBe(3);
  await started.stop();
  expect(receiver.received).toEqual([]);
  expect(await deadLettersOf(streams)).toEqual([]);
});
