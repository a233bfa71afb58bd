import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { record, records, stored, testLog, waitUntil } from './support/log.ts';

const join = {
  topics: ['orders'],
  start: 'earliest',
  acks: 'leader',
  leaseMs: 1_000,
  maxInFlight: 100,
  commitKind: 'atomic',
  stores: [],
  dedupeWindow: 0,
} as const;

describe('retention', () => {
  test('keeps the newest records by count', async () => {
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics([{ name: 'orders', partitions: 1, retention: { maxRecords: 7 } }]);
    for (const each of records(30)) await driver.append([each], { acks: 'leader' });
    await waitUntil('the old ones are gone', async () => (await stored(driver)).length === 7);
    expect((await stored(driver)).map(({ offset }) => offset)).toEqual([
      '23',
      '24',
      '25',
      '26',
      '27',
      '28',
      '29',
    ]);
    const rows = () => log.sqlite().prepare('SELECT count(*) AS rows FROM batches').get()?.['rows'];
    await waitUntil('their rows are gone', () => rows() === 7);
  });

  test('forgets what is older than it should be, by when it was stored', async () => {
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics([{ name: 'orders', partitions: 1, retention: { maxAgeMs: 500 } }]);
    await driver.append([{ ...record('x'), timestamp: 1 }], { acks: 'leader' });
    expect(await stored(driver)).toHaveLength(1);
    await waitUntil('it is gone', async () => (await stored(driver)).length === 0);
    expect((await driver.admin.describe('orders')).partitions[0]).toMatchObject({ records: 0 });
  });

  test('spares what a group has not settled, or tells the group what it lost', async () => {
    await using log = testLog();
    const driver = await log.open();
    const retention = { maxRecords: 2 };
    await driver.admin.ensureTopics([
      { name: 'orders', partitions: 1, retention },
      { name: 'logs', partitions: 1, retention: { ...retention, evenIfUnacknowledged: true } },
    ]);
    const notices: string[] = [];
    driver.onNotice(({ kind, message }) => notices.push(`${kind}: ${message}`));
    await using member = await driver.join('g', { ...join, topics: ['orders', 'logs'] });
    const values = records(10);
    await driver.append([...values, ...values.map((each) => ({ ...each, topic: 'logs' }))], {
      acks: 'leader',
    });
    await waitUntil('the logs are trimmed', async () => (await stored(driver, 0, 'logs')).length === 2);
    expect(await stored(driver)).toHaveLength(10);
    const fetched: string[] = [];
    for await (const lease of member) {
      while (fetched.length < 12) {
        const deliveries = await lease.fetch(100, { signal: AbortSignal.timeout(5_000) });
        await lease.commit({ acknowledged: deliveries, outputs: [], state: [], dedupeIds: [] });
        fetched.push(...deliveries.map(({ topic, offset }) => `${topic} ${offset}`));
      }
      break;
    }
    expect(fetched.filter((each) => each.startsWith('logs'))).toEqual(['logs 8', 'logs 9']);
    expect(notices).toEqual([
      expect.stringContaining('records-lost: Group g lost 8 records of logs:0 (offsets 0 to 7)'),
    ]);
  });

  test('removes the batches of a deleted topic', async () => {
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics([{ name: 'orders', partitions: 2 }]);
    for (const each of records(200)) await driver.append([each], { acks: 'leader' });
    await driver.admin.deleteTopic('orders');
    const rows = (table: string) =>
      log.sqlite().prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.['rows'];
    await waitUntil('they are gone', () => rows('batches') === 0 && rows('garbage') === 0);
    await driver.admin.ensureTopics([{ name: 'orders', partitions: 2 }]);
    expect(await stored(driver)).toEqual([]);
  });

  test('gives back what a burst has made of the write-ahead log', async () => {
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics([{ name: 'orders', partitions: 1 }]);
    const large = { ...record('x'), value: randomBytes(1_000_000) };
    const size = () => statSync(`${log.file}-wal`).size;
    // A reader keeps what is in the log from going to the file, so that it grows.
    const reader = log.sqlite();
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM batches').get();
    await waitUntil('the log is large', async () => {
      await driver.append([large], { acks: 'leader' });
      return size() > 30_000_000;
    });
    reader.exec('COMMIT');
    await waitUntil('it is small again', async () => {
      await driver.append([large], { acks: 'leader' });
      return size() < 20_000_000;
    });
  });
});
