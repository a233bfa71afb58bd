import { copyFile, mkdtemp, readdir, readFile, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { inventoryEvents, paymentEvents, webserverEvents } from '@millrace/events';
import { openPaymentEvent } from '@millrace/events/open-card';
import { cardKey, type StartedService, startService } from '@millrace/service';
import { type Message, openStreams, type Streams, type Topic } from '@millrace/streams';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { storefront } from '../src/app.ts';

let started: StartedService;
let streams: Streams;
let DATA_DIR: string;

beforeAll(async () => {
  DATA_DIR = await mkdtemp(join(tmpdir(), 'storefront-'));
  started = await startService(storefront, { DATA_DIR, PORT: '0', LOG_LEVEL: 'silent', SHOPPER: 'off' });
  await started.ready;
  streams = await openStreams(`embedded:${DATA_DIR}/streams.db`);
});

afterAll(async () => {
  await started.stop();
  await streams[Symbol.asyncDispose]();
});

async function post(
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
  url = started.url,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'test "agent"', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function all<Value>(topic: Topic<Value>): Promise<readonly Message<Value>[]> {
  const messages: Message<Value>[] = [];
  for await (const message of streams.read(topic, { to: 'now' })) messages.push(message);
  return messages;
}

const card = { number: '4242 4242 4242 4242', expiry: '2030-12', cvv: '123' };
const order = { customerId: '17850', channel: 'mobile', card, basket: [{ sku: '10102', quantity: 2 }] };

describe('the storefront', () => {
  it('stores the events of an order before it answers', async () => {
    const { status, body } = await post('/orders', order);
    expect(status).toBe(202);
    expect(body).toEqual({ orderId: expect.stringMatching(/^O-/), pence: 2900 });
    const payments = (await all(paymentEvents)).filter(({ value }) => value.orderId === body.orderId);
    expect(payments).toMatchObject([
      {
        key: '17850',
        headers: { id: `PaymentRequested:${body.orderId}` },
        value: {
          payerId: '17850',
          guest: false,
          channel: 'mobile',
          pence: 2900,
          stockLines: 1,
          card: { lastFour: '4242', sealed: expect.any(String) },
        },
      },
    ]);
    const key = cardKey('test', { CARD_KEY: undefined, DATA_DIR });
    expect(payments.map(({ value }) => openPaymentEvent(value, key))).toMatchObject([
      { card: { number: '4242424242424242', expiry: '2030-12' } },
    ]);
    const stock = (await all(inventoryEvents)).filter(({ value }) => value.orderId === body.orderId);
    expect(stock).toMatchObject([
      { value: { type: 'StockRequested', lines: [{ line: 1, sku: '10102', quantity: 2, pence: 2900 }] } },
    ]);
  });

  it('answers a repeated request with the same order and events of the same ids', async () => {
    const headers = { 'idempotency-key': 'one' };
    const first = await post('/orders', order, headers);
    expect(await post('/orders', order, headers)).toEqual(first);
    const ids = (await all(paymentEvents))
      .map((message) => message.headers.id)
      .filter((id) => id === `PaymentRequested:${first.body.orderId}`);
    expect(ids).toHaveLength(2);
    expect((await post('/orders', { ...order, customerId: '13047' }, headers)).body.orderId).not.toBe(
      first.body.orderId,
    );
    const other = await post('/orders', { ...order, channel: 'web' }, headers);
    expect(other).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('Idempotency-Key') },
    });
  });

  it('remembers the request of a key at every storefront and after a restart', async () => {
    const headers = { 'idempotency-key': 'shared' };
    const first = await post('/orders', order, headers);
    const otherBasket = { ...order, basket: [{ sku: '10102', quantity: 7 }] };
    const environment = { DATA_DIR, PORT: '0', LOG_LEVEL: 'silent', SHOPPER: 'off' };
    for (const _start of ['beside the first', 'again, after a stop']) {
      const other = await startService(storefront, environment);
      try {
        await other.ready;
        expect(await post('/orders', otherBasket, headers, other.url)).toMatchObject({ status: 422 });
        expect(await post('/orders', order, headers, other.url)).toEqual(first);
      } finally {
        await other.stop();
      }
    }
    for (const path of ['/refunds', '/stock']) {
      const body =
        path === '/stock'
          ? { kind: 'delivery', items: order.basket }
          : { orderId: 'O-1', basket: order.basket };
      const changed = path === '/stock' ? { ...body, kind: 'correction' } : { ...body, orderId: 'O-2' };
      expect(await post(path, body, headers)).toMatchObject({ status: 202 });
      expect(await post(path, changed, headers)).toMatchObject({ status: 422 });
    }
  });

  it('leaves the key of a refused request free', async () => {
    const headers = { 'idempotency-key': 'refused-first' };
    const unknown = { ...order, basket: [{ sku: '99999', quantity: 1 }] };
    expect(await post('/orders', unknown, headers)).toMatchObject({ status: 422 });
    expect(await post('/orders', order, headers)).toMatchObject({ status: 202 });
  });

  it('binds a key to one of many different requests that come at once', async () => {
    const headers = { 'idempotency-key': 'race' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        post('/orders', { ...order, basket: [{ sku: '10102', quantity: index + 1 }] }, headers),
      ),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(9);
  });

  it('waits for another process that writes to the keys', async () => {
    const other = new DatabaseSync(join(DATA_DIR, 'storefront.db'));
    other.exec('begin immediate');
    const response = post('/orders', order, { 'idempotency-key': 'waits' });
    // By then the request has met the lock, or is still on its way.
    for (let look = 0; look < 5; look++) await fetch(`${started.url}/products`);
    other.exec('commit');
    other.close();
    expect(await response).toMatchObject({ status: 202 });
  });

  it('makes a guest of a customer without a name', async () => {
    const { body } = await post('/orders', { card, basket: order.basket });
    const payments = (await all(paymentEvents)).filter(({ value }) => value.orderId === body.orderId);
    expect(payments).toMatchObject([
      { value: { payerId: `guest-${body.orderId}`, guest: true, channel: 'web' } },
    ]);
  });

  it('takes refunds and stock', async () => {
    const refund = await post('/refunds', {
      orderId: 'O-1',
      customerId: '17850',
      basket: [{ sku: '10102', quantity: 1 }],
    });
    expect(refund).toMatchObject({ status: 202, body: { orderId: 'O-1', pence: 1450 } });
    const stock = await post('/stock', { kind: 'correction', items: [{ sku: '10102', quantity: -3 }] });
    expect(stock.status).toBe(202);
    const events = (await all(inventoryEvents)).map(({ value }) => value);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'StockReturned', refundId: refund.body.refundId }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'StockAdjusted', orderId: stock.body.documentId }),
    );
  });

  it.each([
    ['/orders', { ...order, basket: [] }, 'body.basket'],
    ['/orders', { ...order, basket: [{ sku: '10102', quantity: 0 }] }, 'body.basket.0.quantity'],
    ['/orders', { ...order, card: { ...card, number: '4242' } }, 'body.card.number'],
    ['/orders', { ...order, card: { ...card, expiry: '12/30' } }, 'body.card.expiry'],
    ['/orders', { ...order, channel: 'fax' }, 'body.channel'],
    ['/orders', { ...order, customerId: 'a\u0000b' }, 'body.customerId'],
    ['/orders', { ...order, customerId: 'a\ud800b' }, 'body.customerId'],
    ['/refunds', { orderId: 'O-\u0000', basket: order.basket }, 'body.orderId'],
    ['/refunds', { basket: order.basket }, 'body.orderId'],
    ['/stock', { kind: 'delivery', items: [{ sku: '10102', quantity: -1 }] }, 'body.items.0.quantity'],
    ['/stock', { kind: 'correction', items: [{ sku: '10102', quantity: 0 }] }, 'body.items.0.quantity'],
  ])('%s refuses a wrong field with its name and stores nothing', async (path, body, field) => {
    const before = (await all(paymentEvents)).length + (await all(inventoryEvents)).length;
    const answer = await post(path, body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } });
    expect(JSON.stringify(answer.body)).not.toContain('4242 4242');
    expect((await all(paymentEvents)).length + (await all(inventoryEvents)).length).toBe(before);
  });

  it('refuses what it does not sell', async () => {
    const answer = await post('/orders', { ...order, basket: [{ sku: '99999', quantity: 1 }] });
    expect(answer).toMatchObject({ status: 422, body: { detail: expect.stringContaining('99999') } });
  });

  it('logs each of its requests as a line that the web server understands, but no probe', async () => {
    await fetch(`${started.url}/products/none?x="`, { headers: { referer: 'http://a/"' } });
    await fetch(`${started.url}/health`);
    await vi.waitFor(async () => {
      const lines = (await all(webserverEvents)).map(({ value }) => value.line);
      const combined =
        /^127\.0\.0\.1 - - \[\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} \+0000\] "[A-Z]+ \S+ HTTP\/1\.1" \d{3} (\d+|-) "([^"\\]|\\.)*" "([^"\\]|\\.)*"$/;
      for (const line of lines) expect(line).toMatch(combined);
      expect(lines).toContainEqual(expect.stringContaining('"GET /products/none?x=%22 HTTP/1.1" 404'));
      expect(lines).toContainEqual(expect.stringContaining('"POST /orders HTTP/1.1" 202'));
      expect(lines.join('')).not.toContain('/health');
    });
  });
});

it('is not ready, and takes no order with a key, once the file of its keys was replaced', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'storefront-'));
  const environment = { DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent', SHOPPER: 'off' };
  const other = await startService(storefront, environment);
  await other.ready;
  const headers = { 'idempotency-key': 'kept' };
  expect(await post('/orders', order, headers, other.url)).toMatchObject({ status: 202 });
  const file = join(folder, 'storefront.db');
  await copyFile(file, `${file}.copy`);
  await rename(`${file}.copy`, file);
  const ready = await fetch(`${other.url}/ready`);
  expect(ready.status).toBe(503);
  expect(await ready.text()).toContain('was moved, removed or replaced while it was open');
  const changed = { ...order, channel: 'web' };
  expect(await post('/orders', changed, headers, other.url)).toMatchObject({
    status: 503,
    body: {
      title: 'Service Unavailable',
      detail: expect.stringMatching(/^The files .* were moved or damaged;/),
    },
  });
  await using own = await openStreams(`embedded:${folder}/streams.db`);
  const { partitions } = await own.admin.describe(paymentEvents.name);
  expect(partitions.reduce((sum, { records }) => sum + records, 0)).toBe(1);
  await other.stop();
});

it('takes no order once the files of the log were taken away, and says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'storefront-'));
  const environment = { DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent', SHOPPER: 'off' };
  const other = await startService(storefront, environment);
  await other.ready;
  expect(await post('/orders', order, {}, other.url)).toMatchObject({ status: 202 });
  const taken = await mkdtemp(join(tmpdir(), 'storefront-'));
  for (const name of await readdir(folder))
    if (name.startsWith('streams.db')) await rename(join(folder, name), join(taken, name));
  for (const headers of [{}, { 'idempotency-key': 'moved' }]) {
    const refused = await post('/orders', order, headers, other.url);
    expect(refused).toEqual({
      status: 503,
      body: {
        type: 'about:blank',
        title: 'Service Unavailable',
        status: 503,
        detail:
          'The files that everything is stored in were moved or damaged; nothing is stored until that is mended.',
      },
    });
  }
  await other.stop().catch(() => undefined);
});

describe('the shopper', () => {
  it('shops, and its access log is stored to the last line when it stops', async () => {
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'storefront-'));
    const shopping = await startService(storefront, {
      DATA_DIR,
      PORT: '0',
      LOG_LEVEL: 'silent',
      SHOPPER_PER_SECOND: '100',
    });
    await shopping.ready;
    await using own = await openStreams(`embedded:${DATA_DIR}/streams.db`);
    const stored = async (topic: string): Promise<number> =>
      (await own.admin.describe(topic)).partitions.reduce((sum, { records }) => sum + records, 0);
    await vi.waitFor(async () => expect(await stored('payment-events')).toBeGreaterThan(30), {
      timeout: 10_000,
    });
    await shopping.stop();
    const visits = (await stored('payment-events')) + (await stored('inventory-events'));
    expect(await stored('webserver-events')).toBeGreaterThanOrEqual(visits / 2);
    const files = await Promise.all((await readdir(DATA_DIR)).map((file) => readFile(join(DATA_DIR, file))));
    const content = Buffer.concat(files).toString('latin1');
    expect(content.includes('"lastFour":"4444"')).toBe(true);
    const numbers = /424242424242424[12]|5555555555554444|378282246310005|6011111111111117/g;
    expect(content.match(numbers)).toBeNull();
  });
});
