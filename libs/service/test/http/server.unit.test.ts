import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { StreamsError, type StreamsErrorCode } from '@millrace/streams';
import { Metrics, noTracing } from '@millrace/streams-telemetry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createHttpServer } from '../../src/http/server.ts';
import { createLogger, type HttpServer, notFound } from '../../src/index.ts';

const http = 'HTTP/1.1\r\nHost: a\r\n';

describe('the HTTP server of a service', () => {
  let server: HttpServer;
  let reasons: string[];

  beforeEach(async () => {
    reasons = [];
    server = await createHttpServer({
      log: createLogger({ service: 'test', level: 'silent', format: 'json' }),
      metrics: new Metrics(),
      tracing: noTracing,
      rateLimit: 5,
      readinessProblems: () => reasons,
    });
    const body = z.object({ lines: z.array(z.object({ quantity: z.int().positive() })).min(1) });
    server.post('/orders', { schema: { body } }, (request) => ({ lines: request.body.lines.length }));
    server.get('/missing', () => Promise.reject(notFound('There is no order 7.')));
    server.get('/away', () => Promise.reject(new StreamsError('UNAVAILABLE', 'redis://secret is away')));
    server.get('/codes/:code', ({ params }) => Promise.reject(new StreamsError(codeOf(params), 'secret')));
    server.get('/broken', () => Promise.reject(new Error('a secret of the server')));
  });

  afterEach(() => server.close());

  it('says whether it lives and whether it can work', async () => {
    expect((await server.inject('/health')).statusCode).toBe(200);
    expect((await server.inject('/ready')).json()).toEqual({ ready: true, reasons: [] });
    reasons = ['group payment is joining'];
    const unready = await server.inject('/ready');
    expect(unready.statusCode).toBe(503);
    expect(unready.json()).toEqual({ ready: false, reasons: ['group payment is joining'] });
  });

  it('lists every wrong field of a request', async () => {
    const response = await server.inject({
      method: 'POST',
      url: '/orders',
      body: { lines: [{ quantity: 1 }, { quantity: -1 }] },
    });
    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json()).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: 'The request does not have the right shape.',
      errors: [{ field: 'body.lines.1.quantity', message: 'Too small: expected number to be >0' }],
    });
  });

  it('names the body itself where it has the wrong type', async () => {
    const response = await server.inject({ method: 'POST', url: '/orders', body: [] });
    expect(response.json()).toMatchObject({ status: 400, errors: [{ field: 'body' }] });
  });

  it.each([
    ['/missing', 404, 'There is no order 7.'],
    ['/nothing', 404, 'Nothing is at GET /nothing.'],
    ['/away', 503, 'The streams backend cannot be reached at the moment; try again.'],
    ['/codes/STORAGE_FULL', 503, 'There is no room to store anything at the moment; try again.'],
    ['/codes/STORAGE_CORRUPT', 503, expect.stringMatching(/moved or damaged; nothing is stored until/)],
    ['/codes/STORAGE_VERSION', 503, expect.stringMatching(/of another version; nothing is stored until/)],
    [
      '/codes/NOT_REPLICATED',
      503,
      expect.stringMatching(/as safely as it has to be at the moment; try again/),
    ],
    ['/codes/UNAUTHORIZED', 503, expect.stringMatching(/refuses this service its rights/)],
    ['/codes/UNKNOWN_TOPIC', 503, expect.stringMatching(/is missing/)],
    ['/codes/TOO_LARGE', 500, undefined],
    ['/broken', 500, undefined],
  ])('answers %s with problem %i', async (url, status, detail) => {
    const response = await server.inject(url);
    expect(response.statusCode).toBe(status);
    expect(response.json()).toMatchObject({ status, ...(detail && { detail }) });
    expect(response.body).not.toContain('secret');
  });

  it('refuses what is no JSON and what is too large', async () => {
    const headers = { 'content-type': 'application/json' };
    expect(
      (await server.inject({ method: 'POST', url: '/orders', headers, body: '{"lines":' })).statusCode,
    ).toBe(400);
    const large = JSON.stringify({ lines: 'x'.repeat(300_000) });
    expect((await server.inject({ method: 'POST', url: '/orders', headers, body: large })).statusCode).toBe(
      413,
    );
  });

  it.each([
    ['/orders/%zz', 400],
    [`/orders/${'x'.repeat(3_000)}`, 414],
  ])('returns a problem for %s, which reaches no route', async (url, status) => {
    server.get('/orders/:id', () => ({}));
    const response = await server.inject(url);
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json()).toMatchObject({ status, title: expect.any(String) });
  });

  it.each([
    ['nothing', 'connection', ''],
    ['half a request line', 'connection', 'GET /pro'],
    [
      'half a body',
      'request',
      'POST /orders HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a"',
    ],
  ])('stops although a client has sent %s', { timeout: 4_000 }, async (_, event, sent) => {
    const url = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
    const arrived = once(server.server, event);
    const socket = connect(Number(url.port), url.hostname);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.write(sent);
    await arrived;
    await server.close();
    await closed;
  });

  it.each([
    ['is no HTTP', '\x16\x03\x01\r\n\r\n', 400, 'Bad Request'],
    [
      'has an endless header',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}`,
      431,
      'Request Header Fields Too Large',
    ],
    ['has no Host', 'GET /missing HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'Bad Request'],
    ['expects what nobody knows', `GET /missing ${http}Expect: tea\r\n\r\n`, 417, 'Expectation Failed'],
    ['takes it for a proxy', `CONNECT a.example:443 ${http}\r\n`, 405, 'Method Not Allowed'],
    ['has a method that nobody knows', `FOO /missing ${http}\r\n`, 400, 'Bad Request'],
    ['has U+0000 in its path', `GET /\0 ${http}\r\n`, 400, 'Bad Request'],
  ])('answers with a problem too what %s', async (_, sent, status, title) => {
    const url = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(url.port), url.hostname);
    socket.write(sent);
    const response = await text(socket);
    expect(response).toMatch(new RegExp(`^HTTP/1.1 ${status} ${title}\r\n`));
    expect(response).toMatch(/^content-type: application\/problem\+json/im);
    const body = JSON.parse(response.slice(response.indexOf('{')).replace(/\}[^}]*$/, '}'));
    expect(body).toMatchObject({ type: 'about:blank', title, status });
    await server.close();
  });

  it('returns the response that it is working on when it stops', async () => {
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    server.get('/slow', async () => {
      begun.resolve();
      await release.promise;
      return { done: true };
    });
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    const response = fetch(`${url}/slow`);
    await begun.promise;
    const closed = server.close();
    release.resolve();
    expect(await (await response).json()).toEqual({ done: true });
    await closed;
  });

  it('limits what one address may ask, but never its probes', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 6; count++) statuses.push((await server.inject('/missing')).statusCode);
    expect(statuses).toEqual([404, 404, 404, 404, 404, 429]);
    expect((await server.inject('/health')).statusCode).toBe(200);
  });
});

/** As the path says it. */
function codeOf(params: unknown): StreamsErrorCode {
  return (params as { readonly code: StreamsErrorCode }).code;
}
