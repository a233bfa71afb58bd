import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type InventoryEvent,
  inventoryEvents,
  inventoryResults,
  type PaymentResult,
  paymentResults,
  stockAllocations,
} from '@millrace/events';
import { type StartedService, startService } from '@millrace/service';
import { type Message, openStreams, type Streams, type Topic } from '@millrace/streams';
import { expect, it, vi } from 'vitest';
import { inventory } from '../src/app.ts';

const occurredAt = '2026-01-02T03:04:05.000Z';
const line = (number: number, sku: string, quantity: number) => ({ line: number, sku, quantity, pence: 100 });

const stock = (orderId: string, ...lines: ReturnType<typeof line>[]): InventoryEvent => ({
  type: 'StockRequested',
  occurredAt,
  orderId,
  lines,
});

const captured = (orderId: string, stockLines: number): PaymentResult => ({
  type: 'PaymentCaptured',
  occurredAt,
  orderId,
  payerId: '17850',
  channel: 'web',
  pence: 100,
  stockLines,
  cardLastFour: '4242',
});

async function start(): Promise<{ started: StartedService; streams: Streams }> {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'inventory-'));
  const started = await startService(inventory, {
    DATA_DIR,
    PORT: '0',
    LOG_LEVEL: 'silent',
    OPENING_STOCK: '5',
  });
  await started.ready;
  return { started, streams: await openStreams(`embedded:${DATA_DIR}/streams.db`) };
}

async function all<Value>(streams: Streams, topic: Topic<Value>): Promise<readonly Message<Value>[]> {
  const messages: Message<Value>[] = [];
  for await (const message of streams.read(topic, { to: 'now' })) messages.push(message);
  return messages;
}

async function settled(streams: Streams): Promise<void> {
  for (const group of ['inventory', 'inventory-stock', 'inventory-orders']) {
    await vi.waitFor(async () => expect(await streams.admin.lag(group)).toBe(0), { timeout: 10_000 });
  }
}

it('allocates an order once its payment and its stock have come, whichever comes first, and only once', async () => {
  const { started, streams } = await start();
  await using _ = streams;
  const request = stock('1', line(1, '85123A', 2), line(3, '71053', 1));
  await streams.publish(inventoryEvents, [request, request]);
  await streams.publish(paymentResults, [captured('2', 1), captured('1', 2)]);
  await streams.publish(inventoryEvents, [stock('2', line(1, '85123A', 3)), request]);
  await settled(streams);
  await started.stop();
  const results = await all(streams, inventoryResults);
  expect(results.map(({ value }) => [value.orderId, value.lines]).toSorted()).toEqual([
    ['1', 2],
    ['2', 1],
  ]);
  const allocations = await all(streams, stockAllocations);
  expect(allocations).toHaveLength(3);
  const levels = allocations.filter(({ value }) => value.sku === '85123A').map(({ value }) => value.level);
  expect(levels.toSorted((a, b) => a.version - b.version).at(-1)).toEqual({
    version: 2,
    onHand: 0,
    backordered: 0,
  });
});

it('lets an order wait for stock that a delivery brings, also after a restart', async () => {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'inventory-'));
  const environment = { DATA_DIR, PORT: '0', LOG_LEVEL: 'silent', OPENING_STOCK: '5' };
  const before = await startService(inventory, environment);
  await before.ready;
  await using streams = await openStreams(`embedded:${DATA_DIR}/streams.db`);
  await streams.publish(inventoryEvents, [stock('1', line(1, '85123A', 8))]);
  // A customer of that name is no guest, and stays none on the order's whole way.
  await streams.publish(paymentResults, [{ ...captured('1', 1), payerId: 'guest-1', guest: false }]);
  await settled(streams);
  await before.stop();
  expect(await all(streams, inventoryResults)).toEqual([]);

  const after = await startService(inventory, environment);
  await after.ready;
  const delivery = {
    type: 'StockReceived',
    occurredAt,
    orderId: 'P1',
    lines: [{ line: 1, sku: '85123A', quantity: 4 }],
  } as const;
  await streams.publish(inventoryEvents, [delivery]);
  await settled(streams);
  await after.stop();
  expect((await all(streams, inventoryResults)).map(({ value }) => value)).toMatchObject([
    { orderId: '1', payerId: 'guest-1', guest: false },
  ]);
});
