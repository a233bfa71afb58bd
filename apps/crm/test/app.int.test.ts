import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inventoryResults, type PaymentResult, paymentResults } from '@millrace/events';
import { startService } from '@millrace/service';
import { openStreams } from '@millrace/streams';
import { ServiceProcess } from '@millrace/testing';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { crm } from '../src/app.ts';

const occurredAt = '2026-01-02T03:04:05.000Z';
const fields = { occurredAt, channel: 'web', stockLines: 0 } as const;

function captured(orderId: string, payerId: string, pence: number): PaymentResult {
  return { type: 'PaymentCaptured', ...fields, orderId, payerId, pence, cardLastFour: '4242' };
}

const totals = z.object({ customers: z.number(), orders: z.number(), lifetimeValuePence: z.number() });

async function ask(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

describe('the CRM', () => {
  it('keeps a profile of every named customer', async () => {
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'crm-'));
    const started = await startService(crm, { DATA_DIR, PORT: '0', LOG_LEVEL: 'silent' });
    await started.ready;
    await using streams = await openStreams(`embedded:${DATA_DIR}/streams.db`);
    await streams.publish(paymentResults, [
      captured('1', '17850', 500),
      captured('2', '17850', 700),
      captured('3', 'guest-3', 900),
      {
        ...captured('4', '13047', 100),
        type: 'PaymentDeclined',
        reason: 'expired_card',
        cardLastFour: '4242',
      },
      { type: 'PaymentRefunded', ...fields, orderId: '1', payerId: '17850', pence: 200, refundId: 'R1' },
      { type: 'PaymentRefunded', ...fields, orderId: '0', payerId: '12345', pence: 50, refundId: 'R2' },
    ]);
    await streams.publish(inventoryResults, [
      { type: 'OrderAllocated', occurredAt, orderId: '1', payerId: '17850', lines: 1 },
    ]);
    await vi.waitFor(async () => expect(await streams.admin.lag('crm')).toBe(0), { timeout: 5_000 });
    const { url } = started;
    expect(await ask(`${url}/customers/17850`)).toEqual({
      customerId: '17850',
      orders: 2,
      refunds: 1,
      allocatedOrders: 1,
      capturedPence: 1200,
      refundedPence: 200,
      lifetimeValuePence: 1000,
      firstSeenAt: occurredAt,
      lastSeenAt: occurredAt,
    });
    expect((await fetch(`${url}/customers/guest-3`)).status).toBe(404);
    expect((await fetch(`${url}/customers?limit=0`)).status).toBe(400);
    expect(await ask(`${url}/customers?limit=1`)).toMatchObject({
      customers: [{ customerId: '12345' }],
      next: '12345',
    });
    expect(await ask(`${url}/customers?limit=1&after=12345`)).toMatchObject({
      customers: [{ customerId: '17850' }],
    });
    expect(await ask(`${url}/customers?after=17850`)).toEqual({ customers: [], next: null });
    expect(await ask(`${url}/totals`)).toEqual({ customers: 2, orders: 2, lifetimeValuePence: 950 });
    await started.stop();
  });

  it('counts everything once however often it is killed', async () => {
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'crm-'));
    const environment = { DATA_DIR, LEASE_MS: '500' };
    await using streams = await openStreams(`embedded:${DATA_DIR}/streams.db`);
    const rounds = 4;
    const size = 2_000;
    for (let round = 0; round < rounds; round++) {
      await using service = new ServiceProcess({ app: 'crm', environment });
      const url = await service.ready;
      const before = totals.parse(await ask(`${url}/totals`)).orders;
      const events = Array.from({ length: size }, (_, index) =>
        captured(`${round}-${index}`, `${10_000 + (index % 300)}`, 7),
      );
      await streams.publish(paymentResults, events, { acks: 'leader' });
      await vi.waitFor(
        async () => expect(totals.parse(await ask(`${url}/totals`)).orders).toBeGreaterThan(before),
        {
          timeout: 30_000,
          interval: 1,
        },
      );
      await service.kill();
    }
    await using service = new ServiceProcess({ app: 'crm', environment });
    const url = await service.ready;
    const orders = rounds * size;
    await vi.waitFor(async () => expect(totals.parse(await ask(`${url}/totals`)).orders).toBe(orders), {
      timeout: 30_000,
    });
    expect(await ask(`${url}/totals`)).toEqual({ customers: 300, orders, lifetimeValuePence: orders * 7 });
    expect(await service.stop()).toBe(0);
  });
});
