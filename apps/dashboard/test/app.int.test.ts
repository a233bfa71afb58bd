import { mkdtemp } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PageView, pageViews, paymentResults } from '@millrace/events';
import { type StartedService, startService } from '@millrace/service';
import { openStreams } from '@millrace/streams';
import { describe, expect, it, vi } from 'vitest';
import { dashboardOf } from '../src/app.ts';

const occurredAt = '2026-01-02T03:04:05.000Z';
const view: PageView = {
  type: 'PageViewed',
  occurredAt,
  requestId: 'a',
  client: '203.0.113.7',
  method: 'GET',
  target: '/',
  status: '200',
  bytes: 10,
  referrer: '-',
  agent: '-',
};

async function start(
  more: Record<string, string> = {},
): Promise<{ started: StartedService; DATA_DIR: string }> {
  const DATA_DIR = more.DATA_DIR ?? (await mkdtemp(join(tmpdir(), 'dashboard-')));
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const started = await startService(dashboardOf({}), { DATA_DIR, PORT: '0', LOG_LEVEL: 'silent', ...more });
  await started.ready;
  return { started, DATA_DIR };
}

async function overview(url: string): Promise<Record<string, unknown>> {
  return (await fetch(`${url}/api/overview`)).json() as Promise<Record<string, unknown>>;
}

async function firstEvent(response: Response): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  while (!heard.includes('event: ')) heard += (await reader?.read())?.value ?? '';
  return heard;
}

function numberOf(id: string): number {
  return Number(id.split('-')[1]);
}

/** `fetch` cannot say another host. */
async function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });
}

describe('the dashboard', () => {
  it('shows topics, groups and totals, which it counts anew after a restart', async () => {
    const said = vi.spyOn(console, 'log');
    const first = await start();
    expect(said).toHaveBeenCalledWith(`Millrace shop: ${first.started.url}`);
    await using streams = await openStreams(`embedded:${first.DATA_DIR}/streams.db`);
    const payment = {
      occurredAt,
      payerId: '17850',
      channel: 'web',
      pence: 500,
      stockLines: 0,
      cardLastFour: '4242',
    } as const;
    await streams.publish(paymentResults, [
      { type: 'PaymentCaptured', ...payment, orderId: '1' },
      { type: 'PaymentDeclined', ...payment, orderId: '2', reason: 'expired_card' },
    ]);
    await streams.publish(pageViews, [view, { ...view, status: '404' }]);
    const totals = {
      captured: { count: 1, pence: 500 },
      declined: { expired_card: 1 },
      pageViews: { count: 2, bytes: 20, byStatus: { 200: 1, 404: 1 } },
    };
    await vi.waitFor(async () => expect(await overview(first.started.url)).toMatchObject({ totals }));
    const shown = await overview(first.started.url);
    expect(shown).toMatchObject({
      backend: 'embedded',
      topics: expect.arrayContaining([{ name: 'payment-results', partitions: 6, records: 2 }]),
      groups: [{ name: 'dashboard', members: 1 }],
    });
    await first.started.stop();

    const second = await start({ DATA_DIR: first.DATA_DIR });
    await vi.waitFor(async () => expect(await overview(second.started.url)).toMatchObject({ totals }));
    await second.started.stop();
  });

  it('sends a picture every second to whoever watches, and stops although they do', async () => {
    const { started } = await start();
    const response = await fetch(`${started.url}/api/live`);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let heard = '';
    while (!/^event: snapshot\ndata: \{"at":.*\n\n/m.test(heard))
      heard += (await reader?.read())?.value ?? '';
    const [, id = ''] = /^id: (\S+)\nevent: snapshot$/m.exec(heard) ?? [];
    const again = await fetch(`${started.url}/api/live`, { headers: { 'last-event-id': id } });
    const [, next = ''] = /^id: (\S+)$/m.exec(await firstEvent(again)) ?? [];
    expect(numberOf(next)).toBe(numberOf(id) + 1);
    await started.stop();
  });

  it('serves its page', async () => {
    const { started } = await start();
    const html = await (await fetch(started.url)).text();
    const [, script = ''] = /<script [^>]*src="\.(\/assets\/[^"]+\.js)"/.exec(html) ?? [];
    const [, styles = ''] = /<link rel="stylesheet"[^>]*href="\.(\/assets\/[^"]+\.css)"/.exec(html) ?? [];
    for (const [path, type] of [
      ['/', 'text/html'],
      [script, 'text/javascript'],
      [styles, 'text/css'],
    ]) {
      const response = await fetch(started.url + path);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain(type);
      expect(response.headers.get('content-security-policy')).toContain(
        "default-src 'none'; script-src 'self'",
      );
    }
    await started.stop();
  });

  it('without a token answers under the names of this machine only', async () => {
    const { started } = await start();
    expect(await statusFor(started.url, 'localhost:4000')).toBe(200);
    expect(await statusFor(started.url, '[::1]:4000')).toBe(200);
    expect(await statusFor(started.url, 'evil.example')).toBe(403);
    expect(await statusFor(`${started.url}/health`, 'pod.cluster')).toBe(200);
    await started.stop();
  });

  it('with a token answers nobody who does not bring it', async () => {
    const token = 'a-token-of-enough-length';
    const { started } = await start({ HOST: '0.0.0.0', DASHBOARD_TOKEN: token });
    const { port } = new URL(started.url);
    const url = `http://127.0.0.1:${port}`;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(`${url}/api/overview`, { headers: { authorization: 'Bearer wrong' } })).status).toBe(
      401,
    );
    expect(
      (await fetch(`${url}/api/overview`, { headers: { authorization: `Bearer ${token}` } })).status,
    ).toBe(200);
    const entered = await fetch(`${url}/?token=${token}`, { redirect: 'manual' });
    expect(entered.status).toBe(303);
    expect(entered.headers.get('location')).toBe('/');
    const cookie = entered.headers.get('set-cookie') ?? '';
    expect(cookie).not.toContain(token);
    expect((await fetch(url, { headers: { cookie: cookie.split(';')[0] ?? '' } })).status).toBe(200);
    await started.stop();
  });

  it('does not let other machines look without a token', async () => {
    const starting = startService(dashboardOf({}), { HOST: '0.0.0.0' });
    await expect(starting).rejects.toThrow(
      'DASHBOARD_TOKEN is not set: must be set, with at least 16 characters',
    );
  });
});
