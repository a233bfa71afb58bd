import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StockAllocation, stockAllocations } from '@millrace/events';
import { startService } from '@millrace/service';
import { openStreams } from '@millrace/streams';
import { requireService, ServiceProcess, startPostgres } from '@millrace/testing';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { database } from '../src/app.ts';

const rounds = 3;
const size = 3_000;

function allocated(orderId: string, line: number, version: number): StockAllocation {
  return {
    type: 'LineAllocated',
    occurredAt: '2026-01-02T03:04:05.000Z',
    orderId,
    line,
    sku: `8512${version % 7}A`,
    payerId: '17850',
    lines: 2,
    quantity: 3,
    pence: 250,
    level: { version, onHand: 1_000_000 - version, backordered: 0 },
  };
}

const report = z.object({ delivery: z.object({ messages: z.number(), duplicated: z.number() }) });

async function ask(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

requireService('postgres')('the database on PostgreSQL', () => {
  it('has each record once however often it or the server is killed', { timeout: 120_000 }, async () => {
    await using postgres = await startPostgres();
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'database-'));
    const environment = { DATA_DIR, LEASE_MS: '500', NAMESPACE: 'a-shop', DATABASE_URL: postgres.url };
    await using streams = await openStreams(`embedded:${DATA_DIR}/streams.db`, { namespace: 'a-shop' });
    let version = 0;
    for (let round = 0; round < rounds; round++) {
      await using service = new ServiceProcess({ app: 'database', environment });
      const url = await service.ready;
      const stored = async (): Promise<number> => report.parse(await ask(`${url}/report`)).delivery.messages;
      const before = await stored();
      const events = Array.from({ length: size }, (_, index) =>
        allocated(`${round}-${index % 100}`, index + 1, ++version),
      );
      await streams.publish(stockAllocations, events, { acks: 'leader' });
      await vi.waitFor(async () => expect(await stored()).toBeGreaterThan(before), { timeout: 15_000 });
      if (round === 1) {
        await postgres.kill();
        await postgres.start();
      }
      await service.kill();
    }
    await using service = new ServiceProcess({ app: 'database', environment });
    const url = await service.ready;
    await vi.waitFor(async () => expect(await streams.admin.lag('database')).toBe(0), { timeout: 30_000 });
    expect(await ask(`${url}/report`)).toMatchObject({
      inventory: { skus: 7, demanded: rounds * size * 3, returned: 0, adjusted: 0, backordered: 0 },
      delivery: { messages: rounds * size, duplicated: 0, deadLettered: 0 },
      endToEndMs: { p50: expect.any(Number) },
    });
    expect(await ask(`${url}/orders/0-5`)).toMatchObject({
      orderId: '0-5',
      payments: [],
      emails: [],
      allocatedAt: null,
    });
    expect(await ask(`${url}/applied/stock-allocations?limit=1`)).toMatchObject({
      rows: [{ sequence: expect.any(Number) }],
      next: expect.any(Number),
    });
    expect(await service.stop()).toBe(0);
  });

  it('waits for its server, says so, and goes on when it comes', { timeout: 60_000 }, async () => {
    const postgres = await startPostgres();
    await using _ = postgres;
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'database-'));
    await postgres.kill();
    const environment = { DATA_DIR, PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: postgres.url };

    const started = await startService(database, environment);
    await vi.waitFor(async () =>
      expect(await ask(`${started.url}/ready`)).toEqual({
        ready: false,
        reasons: [expect.stringMatching(/^not prepared yet: .*ECONNREFUSED/)],
      }),
    );
    await postgres.start();
    await started.ready;
    await postgres.kill();
    await using streams = await openStreams(`embedded:${DATA_DIR}/streams.db`);
    await streams.publish(stockAllocations, [allocated('1', 1, 1), allocated('2', 1, 2)]);
    await vi.waitFor(
      async () => {
        const metrics = await (await fetch(`${started.url}/metrics`)).text();
        expect(metrics).toMatch(/streams_troubles_total\{group="database",code="UNAVAILABLE"\} [1-9]/);
      },
      { timeout: 10_000 },
    );
    await postgres.start();
    await vi.waitFor(async () => expect(await streams.admin.lag('database')).toBe(0), { timeout: 15_000 });
    expect(await ask(`${started.url}/report`)).toMatchObject({ delivery: { messages: 2, deadLettered: 0 } });
    await started.stop();
  });
});
