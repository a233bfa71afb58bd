import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { webserverEvents } from '@millrace/events';
import { openStreams } from '@millrace/streams';
import { freePorts } from '@millrace/testing';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { Command } from '../src/command.ts';
import { runningServices } from '../src/running-services.ts';
import { until } from '../src/until.ts';

const report = z.object({
  inventory: z.object({ demanded: z.number(), backordered: z.number() }),
  webserver: z.object({ pageViews: z.number() }),
});

it('the demonstration can run for days: its files stay small, its shelves full, and SIGTERM stops it in order', async () => {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'days-'));
  const [port] = await freePorts(1);
  await using shop = new Command('npm', ['start'], {
    DATA_DIR,
    PORT: '0',
    DATABASE_PORT: String(port),
    LOG_LEVEL: 'warn',
    // A day in some seconds: much traffic, and bounds that much lower.
    SHOPPER_PER_SECOND: '60',
    RATE_LIMIT: '1000000',
    RETENTION_RECORDS: '20',
    RECORD_ROWS: '150',
  });
  await shop.says('all services are ready');
  await using streams = await openStreams(`embedded:${DATA_DIR}/streams.db`);
  const logged = async () => {
    const { partitions } = await streams.admin.describe(webserverEvents.name);
    const stored = partitions.reduce((sum, { records }) => sum + records, 0);
    const published = partitions.reduce((sum, { last }) => sum + Number(last ?? 0), 0);
    return { stored, published };
  };
  const after = (requests: number) =>
    until(async () => (await logged()).published >= requests, { what: `${requests} requests` });
  const sizes = async () => {
    const files = await Promise.all(['streams.db', 'database.db'].map((name) => stat(join(DATA_DIR, name))));
    return files.map(({ size }) => size);
  };

  const url = `http://127.0.0.1:${port}/report`;
  const read = async () => report.parse(await (await fetch(url)).json());
  /** Between two of these the tables have been as large as they get at this rate. */
  const rowsForgotten = async () => {
    let most = 0;
    await until(
      async () => {
        const { pageViews } = (await read()).webserver;
        most = Math.max(most, pageViews);
        return pageViews < most;
      },
      { what: 'rows that are forgotten' },
    );
  };

  for (let round = 0; round < 3; round++) await rowsForgotten();
  await until(async () => (await logged()).stored < 600, { what: 'topics that are trimmed' });
  const { published } = await logged();
  const [streamsBefore = 0, databaseBefore = 0] = await sizes();
  await after(published + 1_500);
  await rowsForgotten();
  const [streamsAfter = 0, databaseAfter = 0] = await sizes();
  // It was filled with the same again, and room that was free took it.
  expect(streamsAfter).toBeLessThan(1.5 * streamsBefore);
  expect(databaseAfter).toBeLessThan(1.5 * databaseBefore);

  const { inventory } = await read();
  expect(inventory.demanded).toBeGreaterThan(200);
  expect(inventory.backordered).toBeLessThan(inventory.demanded / 50);

  expect(runningServices(DATA_DIR)).toHaveLength(9);
  shop.signal('SIGTERM');
  const { code, output } = await shop.ended;
  expect(code).toBe(0);
  expect(output).toMatch(/place an order +POST http:\/\/127\.0\.0\.1:\d+\/orders/);
  expect(output).toContain('npm start: stopped');
  expect(runningServices(DATA_DIR)).toEqual([]);
});
