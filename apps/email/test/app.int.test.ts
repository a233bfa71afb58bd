import { emails } from '@millrace/events';
import { startService } from '@millrace/service';
import { openStreams } from '@millrace/streams';
import { ServiceProcess } from '@millrace/testing';
import { describe, expect, it, vi } from 'vitest';
import { email } from '../src/app.ts';
import { all, deadLettersOf, environment, expectOrder, receive } from './support/receiver.ts';

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
