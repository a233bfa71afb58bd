import { describe, expect, test } from 'vitest';
import { WalSync } from '../src/log/wal-sync.ts';
import { record, records, stored, testLog, textOf, waitUntil } from './support/log.ts';

const topics = [{ name: 'orders', partitions: 2 }];

describe('writing', () => {
  test('puts what waits together into one transaction and few rows', async () => {
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics(topics);
    await Promise.all(records(1_000).map((each) => driver.append([each], { acks: 'leader' })));
    const rows = log.sqlite().prepare('SELECT count(*) AS rows FROM batches').get();
    expect(rows?.['rows']).toBeLessThan(10);
    expect((await stored(driver)).map(textOf)).toEqual(records(1_000).map(({ value }) => value));
  });

  test('cuts rows at a megabyte and keeps larger records whole', async () => {
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics(topics);
    const sizes = [600_000, 600_000, 10, 3_000_000, 10];
    await driver.append(
      sizes.map((size) => record(Buffer.alloc(size))),
      { acks: 'all' },
    );
    const rows = log.sqlite().prepare('SELECT records FROM batches ORDER BY id').all();
    expect(rows.map((row) => row['records'])).toEqual([1, 2, 1, 1]);
    expect((await stored(driver)).map(({ value }) => value?.length)).toEqual(sizes);
  });

  test('lets a refused append fail alone', async () => {
    await using log = testLog();
    const driver = await log.open();
    const other = await log.open();
    await driver.admin.ensureTopics([...topics, { name: 'gone', partitions: 1 }]);
    await driver.append([record('x', 0, 'gone')], { acks: 'leader' });
    await other.admin.deleteTopic('gone');
    const appends = [
      driver.append([record('a')], { acks: 'leader' }),
      driver.append([record('b', 0, 'gone')], { acks: 'leader' }),
      driver.append([record('c')], { acks: 'leader' }),
    ];
    const outcomes = await Promise.allSettled(appends);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'UNKNOWN_TOPIC' } });
    expect((await stored(driver)).map(textOf)).toEqual(['a', 'c']);
  });

  test('says in a notice what acks none could not store', async () => {
    await using log = testLog();
    const driver = await log.open();
    const other = await log.open();
    const notices: string[] = [];
    driver.onNotice(({ kind }) => notices.push(kind));
    await driver.admin.ensureTopics([{ name: 'gone', partitions: 1 }]);
    await driver.append([record('x', 0, 'gone')], { acks: 'leader' });
    await other.admin.deleteTopic('gone');
    expect(await driver.append([record('y', 0, 'gone')], { acks: 'none' })).toEqual([]);
    await waitUntil('the notice comes', () => notices.includes('records-lost'));
  });

  test('is finished before the log closes', async () => {
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics(topics);
    const appends = records(50).map((each) => driver.append([each], { acks: 'all' }));
    await driver[Symbol.asyncDispose]();
    await Promise.all(appends);
    expect(await stored(await log.open())).toHaveLength(50);
    await expect(driver.append(records(1), { acks: 'all' })).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('shares syncs among those that wait', async () => {
    await using log = testLog();
    await log.open();
    const walSync = await WalSync.open(log.file, () => undefined);
    const syncs = Array.from({ length: 100 }, () => walSync.sync());
    expect(new Set(syncs).size).toBe(1);
    await Promise.all(syncs);
    expect(walSync.sync()).not.toBe(syncs[0]);
    await walSync.close();
  });

  test('refuses times that are none', async () => {
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics(topics);
    for (const timestamp of [-1, 0.5, Number.NaN]) {
      await expect(driver.append([{ ...record('x'), timestamp }], { acks: 'all' })).rejects.toMatchObject({
        code: 'INVALID_RECORD',
      });
    }
    await expect(driver.append([record('x', 2)], { acks: 'all' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});
