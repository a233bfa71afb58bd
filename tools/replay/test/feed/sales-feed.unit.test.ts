import { createSecretKey, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { AccessLogFeed } from '../../src/feed/access-log-feed.ts';
import { SalesFeed } from '../../src/feed/sales-feed.ts';
import { lookAtFile } from '../../src/run/input-file.ts';
import type { InvalidRow } from '../../src/sales/read-sales.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const key = createSecretKey(randomBytes(32));
const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n';
const line = (invoice: number): string => `${invoice},85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,UK\n`;

async function chunksOf(content: string | Buffer) {
  const path = join(temporaryFolder(), 'sales.csv');
  writeFileSync(path, content);
  const leftOut: InvalidRow[] = [];
  const feed = new SalesFeed(await lookAtFile(path, 'sales file'), key, (rows) => leftOut.push(...rows));
  const sizes: number[][] = [];
  for await (const { number, batches } of feed.chunks())
    sizes.push([number, ...batches.map(({ records }) => records)]);
  return { feed, sizes, leftOut };
}

test('cuts chunks after the invoice that fills them, however the file is packed', async () => {
  const content = `${header}${Array.from({ length: 900 }, (_, invoice) => line(536_000 + invoice).repeat(7)).join('')}`;
  const { sizes, feed } = await chunksOf(content);
  expect(sizes).toEqual([
    [1, 286, 286],
    [2, 286, 286],
    [3, 286, 286],
    [4, 42, 42],
  ]);
  expect((await chunksOf(gzipSync(content))).sizes).toEqual(sizes);
  expect(feed.figures).toMatchObject({ rows: 6_300, sales: 900 });
  expect([feed.rowsInOrders, feed.fraction]).toEqual([6_300, 1]);
});

test('hands over what is left out', async () => {
  const { feed, leftOut } = await chunksOf(`${header}${line(1)}x,y\n${line(2)}`);
  expect(leftOut).toEqual([{ row: 3, reason: 'has 2 fields instead of 8' }]);
  expect(feed.figures).toMatchObject({ rows: 3, invalidRows: 1 });
  expect(feed.rowsInOrders).toBe(2);
});

test('an access log is cut after every 2,000 lines that are not blank', async () => {
  const path = join(temporaryFolder(), 'access.log');
  writeFileSync(path, 'client - -\n\n'.repeat(4_100));
  const feed = new AccessLogFeed(await lookAtFile(path, 'access log'), '2026-01-01T00:00:00.000Z');
  const sizes: (number | undefined)[][] = [];
  for await (const { number, batches } of feed.chunks()) sizes.push([number, batches[0]?.records]);
  expect(sizes).toEqual([
    [1, 2_000],
    [2, 2_000],
    [3, 100],
  ]);
  expect([feed.lines, feed.fraction]).toEqual([4_100, 1]);
});
