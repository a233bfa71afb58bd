import { chmodSync, existsSync, mkdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openEmbedded } from '../src/index.ts';
import { records, stored, testLog, waitUntil } from './support/log.ts';

describe('opening', () => {
  test('creates the folder and the file', async () => {
    await using log = testLog();
    const file = join(log.folder, 'deep', 'down', 'streams.db');
    const driver = await openEmbedded(file);
    expect(existsSync(file)).toBe(true);
    await driver[Symbol.asyncDispose]();
  });

  test('follows a symbolic link to the files beside its end', async () => {
    await using log = testLog();
    const link = join(log.folder, 'link.db');
    symlinkSync(log.file, link);
    await using linked = await openEmbedded(link);
    const direct = await log.open();
    await linked.admin.ensureTopics([{ name: 'orders', partitions: 1 }]);
    await linked.append(records(1), { acks: 'all' });
    expect(await stored(direct)).toHaveLength(1);
    unlinkSync(`${log.file}-shm`);
    await expect(linked.append(records(1), { acks: 'all' })).rejects.toMatchObject({
      code: 'STORAGE_CORRUPT',
    });
  });

  test('by many at once creates one log', async () => {
    await using log = testLog();
    const drivers = await Promise.all(Array.from({ length: 8 }, () => log.open()));
    await Promise.all(
      drivers.map((driver) => driver.admin.ensureTopics([{ name: 'orders', partitions: 3 }])),
    );
    expect(await drivers[3]?.partitions('orders')).toBe(3);
  });

  test('refuses a log of a newer release', async () => {
    await using log = testLog();
    await (await log.open())[Symbol.asyncDispose]();
    log.sqlite().exec('PRAGMA user_version = 99');
    await expect(log.open()).rejects.toMatchObject({
      code: 'STORAGE_VERSION',
      message: expect.stringContaining('99'),
    });
  });

  test('refuses what is no database, and says which file', async () => {
    await using log = testLog();
    writeFileSync(log.file, 'This is a diary and nothing else. '.repeat(1_000));
    await expect(log.open()).rejects.toMatchObject({
      code: 'STORAGE_CORRUPT',
      message: expect.stringContaining(log.file),
    });
  });

  test('refuses the database of another program and leaves it as it is', async () => {
    await using log = testLog();
    const other = log.sqlite();
    other.exec('CREATE TABLE customers (name TEXT)');
    await expect(log.open()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(other.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' });
  });

  test('says that a damaged file is damaged', async () => {
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics([{ name: 'orders', partitions: 1 }]);
    await driver[Symbol.asyncDispose]();
    writeFileSync(log.file, Buffer.alloc(8_192 * 40, 0x5a), { flag: 'r+' });
    await expect(log.open()).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
  });

  test('says that it may not write', async ({ skip }) => {
    if (process.getuid?.() === 0) skip('root may write everywhere');
    await using log = testLog();
    const folder = join(log.folder, 'closed');
    mkdirSync(folder);
    chmodSync(folder, 0o500);
    await expect(openEmbedded(join(folder, 'streams.db'))).rejects.toMatchObject({
      code: expect.stringMatching(/UNAUTHORIZED|UNAVAILABLE/),
    });
  });

  test('refuses a path through a file', async () => {
    await using log = testLog();
    writeFileSync(join(log.folder, 'file'), '');
    await expect(openEmbedded(join(log.folder, 'file', 'streams.db'))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});

describe('a lock of another program', () => {
  test('is waited for, with a notice, and nothing is lost', async () => {
    await using log = testLog();
    const driver = await log.open();
    const notices: string[] = [];
    driver.onNotice(({ kind }) => notices.push(kind));
    await driver.admin.ensureTopics([{ name: 'orders', partitions: 1 }]);
    const other = log.sqlite();
    other.exec('BEGIN IMMEDIATE');
    const append = driver.append(records(1), { acks: 'all' });
    await waitUntil('the notice comes', () => notices.includes('retrying'));
    other.exec('COMMIT');
    await append;
    expect(await stored(driver)).toHaveLength(1);
  });

  test('that is held for too long is BUSY, and later appends succeed', async () => {
    await using log = testLog();
    const driver = await log.open({ busyMs: 300 });
    await driver.admin.ensureTopics([{ name: 'orders', partitions: 1 }]);
    const other = log.sqlite();
    other.exec('BEGIN IMMEDIATE');
    await expect(driver.append(records(1), { acks: 'all' })).rejects.toMatchObject({
      code: 'BUSY',
      retryable: true,
    });
    other.exec('COMMIT');
    await driver.append(records(2), { acks: 'all' });
    expect(await stored(driver)).toHaveLength(2);
  });
});
