import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emails, inventoryResults, type OrderAllocated } from '@millrace/events';
import { startService } from '@millrace/service';
import { openStreams, type Streams } from '@millrace/streams';
import { ServiceProcess } from '@millrace/testing';
import { describe, expect, it, vi } from 'vitest';
import { shipping } from '../src/app.ts';

function allocated(orderId: string): OrderAllocated {
  return {
    type: 'OrderAllocated',
    occurredAt: '2026-01-02T03:04:05.000Z',
    orderId,
    payerId: '17850',
    lines: 1,
  };
}

async function sent(streams: Streams): Promise<readonly { readonly what: string; readonly at: number }[]> {
  const found = [];
  for await (const { value, timestamp } of streams.read(emails, { to: 'now' })) {
    found.push({ what: `${value.orderId} ${value.status}`, at: timestamp });
  }
  return found;
}

async function environment(delayMs: number): Promise<Record<string, string>> {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'shipping-'));
  return { DATA_DIR, PORT: '0', LOG_LEVEL: 'silent', DELIVERY_DELAY_MS: String(delayMs), LEASE_MS: '500' };
}

const orders = Array.from({ length: 40 }, (_, index) => `order-${index}`);
const inOrder = orders
  .flatMap((order) => [`${order} product_shipped`, `${order} product_delivered`])
  .toSorted();

describe('shipping', () => {
  it('without a delay delivers in the step that ships', async () => {
    const variables = await environment(0);
    const started = await startService(shipping, variables);
    await started.ready;
    await using streams = await openStreams(`embedded:${variables.DATA_DIR}/streams.db`);
    await streams.publish(inventoryResults, orders.map(allocated));
    await vi.waitFor(async () => expect(await streams.admin.lag('shipping')).toBe(0));
    await started.stop();
    expect((await sent(streams)).map(({ what }) => what).toSorted()).toEqual(inOrder);
  });

  it('delivers after the delay, in the order of shipping, and holds nothing up meanwhile', async () => {
    const variables = await environment(700);
    const started = await startService(shipping, variables);
    await started.ready;
    await using streams = await openStreams(`embedded:${variables.DATA_DIR}/streams.db`);
    await streams.publish(inventoryResults, orders.map(allocated));
    await vi.waitFor(async () => expect(await streams.admin.lag('shipping')).toBe(0));
    expect((await sent(streams)).filter(({ what }) => what.endsWith('shipped'))).toHaveLength(orders.length);
    await vi.waitFor(async () => expect(await sent(streams)).toHaveLength(2 * orders.length), {
      timeout: 5_000,
    });
    await started.stop();
    const found = await sent(streams);
    for (const order of orders) {
      const [shipped, delivered, ...more] = found.filter(({ what }) => what.startsWith(`${order} `));
      expect([shipped?.what, delivered?.what, more]).toEqual([
        `${order} product_shipped`,
        `${order} product_delivered`,
        [],
      ]);
      expect((delivered?.at ?? 0) - (shipped?.at ?? 0)).toBeGreaterThanOrEqual(650);
    }
  });

  it('forgets no delivery and repeats none when it is killed again and again', async () => {
    const variables = await environment(400);
    await using streams = await openStreams(`embedded:${variables.DATA_DIR}/streams.db`);
    for (const part of [orders.slice(0, 10), orders.slice(10, 25), orders.slice(25)]) {
      await using service = new ServiceProcess({ app: 'shipping', environment: variables });
      await service.ready;
      await streams.publish(inventoryResults, part.map(allocated));
      const last = part.at(-1);
      await vi.waitFor(
        async () =>
          expect((await sent(streams)).map(({ what }) => what)).toContain(`${last} product_shipped`),
        { timeout: 10_000 },
      );
      await service.kill();
    }
    await using service = new ServiceProcess({ app: 'shipping', environment: variables });
    await service.ready;
    await vi.waitFor(
      async () => expect((await sent(streams)).length).toBeGreaterThanOrEqual(inOrder.length),
      {
        timeout: 15_000,
      },
    );
    expect(await service.stop()).toBe(0);
    const found = (await sent(streams)).map(({ what }) => what);
    expect(found.toSorted()).toEqual(inOrder);
    for (const order of orders) {
      expect(found.indexOf(`${order} product_shipped`)).toBeLessThan(
        found.indexOf(`${order} product_delivered`),
      );
    }
  });
});
