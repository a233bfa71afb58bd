import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  emails,
  inventoryResults,
  type LineAllocated,
  pageViews,
  paymentEvents,
  paymentResults,
  type StockAllocation,
  stockAllocations,
} from '@millrace/events';
import { startService } from '@millrace/service';
import { openStreams, type Streams } from '@millrace/streams';
import { ServiceProcess } from '@millrace/testing';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { database } from '../src/app.ts';

const occurredAt = '2026-01-02T03:04:05.000Z';
const card = { lastFour: '4242', sealed: 'AQ-what-only-payment-can-read' };
const payment = {
  occurredAt,
  orderId: '1',
  payerId: '17850',
  channel: 'web',
  pence: 500,
  stockLines: 2,
} as const;

function allocated(orderId: string, line: number, version: number): LineAllocated {
  const level = { version, onHand: 1_000_000 - version, backordered: 0 };
  return {
    type: 'LineAllocated',
    occurredAt,
    orderId,
    line,
    sku: '85123A',
    payerId: '17850',
    lines: 2,
    quantity: 3,
    pence: 250,
    level,
  };
}

async function ask(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

async function applied(streams: Streams): Promise<void> {
  await vi.waitFor(async () => expect(await streams.admin.lag('database')).toBe(0), { timeout: 30_000 });
}

describe('the database', () => {
  it('holds what happened to an order and reports the figures', async () => {
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'database-'));
    const started = await startService(database, { DATA_DIR, PORT: '0', LOG_LEVEL: 'silent' });
    await started.ready;
    const { url } = started;
    await using streams = await openStreams(`embedded:${DATA_DIR}/streams.db`);
    const { card: _, ...captured } = { ...payment, card };
    const backordered = {
      ...allocated('2', 1, 3),
      type: 'LineBackordered',
      lacking: 1,
      level: { version: 3, onHand: 0, backordered: 1 },
    } as const;
    const changed = {
      type: 'StockChanged',
      part: 0,
      occurredAt,
      orderId: '1',
      line: 1,
      sku: '71053',
      level: { version: 1, onHand: 5, backordered: 0 },
    } as const;
    const movements: StockAllocation[] = [
      allocated('1', 1, 1),
      allocated('1', 3, 2),
      backordered,
      { ...allocated('2', 1, 4), level: { version: 4, onHand: 2, backordered: 0 } },
      { ...changed, cause: 'return', reference: 'R1', quantity: 4 },
      {
        ...changed,
        orderId: 'A1',
        cause: 'correction',
        reference: 'A1',
        quantity: -1,
      },
    ];
    await streams.publish(paymentEvents, [{ type: 'PaymentRequested', ...payment, card }]);
    await streams.publish(paymentResults, [
      { type: 'PaymentCaptured', ...captured, cardLastFour: '4242' },
      { type: 'PaymentDeclined', ...captured, orderId: '9', cardLastFour: '4242', reason: 'expired_card' },
    ]);
    await streams.publish(stockAllocations, movements);
    await streams.publish(inventoryResults, [
      { type: 'OrderAllocated', occurredAt, orderId: '1', payerId: '17850', lines: 2 },
    ]);
    await streams.publish(emails, [
      {
        type: 'EmailRequested',
        occurredAt,
        orderId: '1',
        payerId: '17850',
        status: 'payment_received',
        pence: 500,
      },
      { type: 'EmailRequested', occurredAt, orderId: '1', payerId: '17850', status: 'product_shipped' },
    ]);
    const view = {
      type: 'PageViewed',
      occurredAt,
      client: '203.0.113.7',
      method: 'GET',
      target: '/',
      referrer: '-',
      agent: '-',
    } as const;
    await streams.publish(pageViews, [
      { ...view, requestId: 'a', status: '200', bytes: 10 },
      { ...view, requestId: 'b', status: '404', bytes: 5 },
    ]);
    await applied(streams);

    expect(await ask(`${url}/orders/1`)).toMatchObject({
      orderId: '1',
      payments: [{ type: 'PaymentCaptured', pence: 500, cardLastFour: '4242' }],
      lines: [
        { line: 1, sku: '85123A', quantity: 3 },
        { line: 3 },
        { type: 'StockChanged', quantity: 4, cause: 'return' },
      ],
      allocatedAt: occurredAt,
      emails: [{ status: 'payment_received' }, { status: 'product_shipped' }],
    });
    expect((await fetch(`${url}/orders/none`)).status).toBe(404);
    expect(await ask(`${url}/report`)).toMatchObject({
      backend: 'embedded',
      payments: {
        captured: { count: 1, pence: 500 },
        declined: { invalid_card: 0, expired_card: 1, suspected_fraud: 0, insufficient_funds: 0 },
        refunded: { count: 0, pence: 0 },
      },
      inventory: { skus: 2, demanded: 9, returned: 4, adjusted: -1, onHand: 7, backordered: 0 },
      emails: {
        payment_received: 1,
        payment_declined: 0,
        payment_refunded: 0,
        product_shipped: 1,
        product_delivered: 0,
      },
      webserver: { lines: 2, pageViews: 2, malformed: 0, bytes: 15, byStatus: { 200: 1, 404: 1 } },
      delivery: { messages: 14, duplicated: 0, deadLettered: 0 },
    });
    await started.stop();
  });

  it('counts repeats instead of hiding them', async () => {
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'database-'));
    const started = await startService(database, { DATA_DIR, PORT: '0', LOG_LEVEL: 'silent' });
    await started.ready;
    await using streams = await openStreams(`embedded:${DATA_DIR}/streams.db`);
    await streams.publish(stockAllocations, [
      allocated('1', 1, 1),
      allocated('1', 1, 1),
      allocated('1', 3, 2),
    ]);
    await applied(streams);
    expect(await ask(`${started.url}/report`)).toMatchObject({ delivery: { messages: 3, duplicated: 1 } });
    await started.stop();
  });

  it('never holds a card, not even a sealed one', async () => {
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'database-'));
    const started = await startService(database, { DATA_DIR, PORT: '0', LOG_LEVEL: 'silent' });
    await started.ready;
    await using streams = await openStreams(`embedded:${DATA_DIR}/streams.db`);
    await streams.publish(paymentEvents, [{ type: 'PaymentRequested', ...payment, card }]);
    await applied(streams);
    await started.stop();
    const { readFile } = await import('node:fs/promises');
    const content = await readFile(join(DATA_DIR, 'database.db'));
    expect(content.includes('PaymentRequested')).toBe(true);
    expect(content.includes(card.sealed)).toBe(false);
  });

  it('has each record once and in order however often it is killed', async () => {
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'database-'));
    const environment = { DATA_DIR, LEASE_MS: '500' };
    await using streams = await openStreams(`embedded:${DATA_DIR}/streams.db`);
    const rounds = 4;
    const size = 5_000;
    let version = 0;
    for (let round = 0; round < rounds; round++) {
      await using service = new ServiceProcess({ app: 'database', environment });
      const url = await service.ready;
      const applied = async (after: number): Promise<Row | undefined> =>
        page.parse(await ask(`${url}/applied/stock-allocations?after=${after}&limit=1`)).rows[0];
      const before = (await rowsOf(url)).at(-1)?.sequence ?? 0;
      const events = Array.from({ length: size }, (_, index) =>
        allocated(`${round}-${index % 100}`, index + 1, ++version),
      );
      await streams.publish(stockAllocations, events, { acks: 'leader' });
      await vi.waitFor(async () => expect(await applied(before)).toBeDefined(), {
        timeout: 30_000,
        interval: 1,
      });
      await service.kill();
    }
    await using service = new ServiceProcess({ app: 'database', environment });
    const url = await service.ready;
    await applied(streams);
    const rows = await rowsOf(url);
    expect(rows).toHaveLength(rounds * size);
    for (let partition = 0; partition < 6; partition++) {
      const stored: string[] = [];
      for await (const { offset } of streams.read(stockAllocations, { partitions: [partition], to: 'now' }))
        stored.push(offset);
      expect(rows.filter((row) => row.partition === partition).map(({ offset }) => offset)).toEqual(stored);
    }
    expect(await ask(`${url}/report`)).toMatchObject({
      inventory: { skus: 1, demanded: rounds * size * 3, onHand: 1_000_000 - version },
      delivery: { messages: rounds * size, duplicated: 0 },
    });
    expect(await service.stop()).toBe(0);
  });
});

const page = z.object({
  rows: z.array(
    z.object({ sequence: z.number(), partition: z.number(), offset: z.string(), eventId: z.string() }),
  ),
  next: z.number().nullable(),
});

type Row = z.infer<typeof page>['rows'][number];

async function rowsOf(url: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const found = page.parse(await ask(`${url}/applied/stock-allocations?after=${after}&limit=3000`));
    rows.push(...found.rows);
    after = found.next;
  }
  return rows;
}
