import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { type Driver, type Notice, on, topic } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { describe, expect, test } from 'vitest';
import { startChild } from './support/child.ts';
import { record, stored, type TestLog, testLog, textOf, waitUntil } from './support/log.ts';

const orders = { name: 'orders', partitions: 1 };
const moved = {
  code: 'STORAGE_CORRUPT',
  retryable: false,
  message: expect.stringContaining('while it was open'),
};

/** What a person or a clean-up script does to a folder while processes use the log in it. */
const harms: readonly (readonly [string, (log: TestLog) => void])[] = [
  ['the folder is emptied', ({ folder }) => rmSync(folder, { recursive: true })],
  [
    'the folder is renamed and a new one made',
    ({ folder }) => {
      renameSync(folder, `${folder}.old`);
      mkdirSync(folder);
    },
  ],
  ['the database is removed', ({ file }) => rmSync(file)],
  [
    'the database is replaced by a copy',
    ({ file }) => {
      copyFileSync(file, `${file}.copy`);
      renameSync(`${file}.copy`, file);
    },
  ],
  ['the -wal file is removed', ({ file }) => rmSync(`${file}-wal`)],
  ['the -shm file is removed', ({ file }) => rmSync(`${file}-shm`)],
];

async function readOn(driver: Driver): Promise<void> {
  for await (const batch of driver.read('orders', 0, 'latest', { max: 100 }))
    expect(batch.length).toBeGreaterThan(0);
}

describe('a log whose files are taken away while processes use it', () => {
  test.each(harms)('confirms nothing more and says why: %s', async (_name, harm) => {
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics([orders]);
    const notices: Notice[] = [];
    driver.onNotice((notice) => notices.push(notice));
    const streams = createStreams(driver);
    const running = await streams.run({
      group: 'g',
      mode: 'partitioned',
      delivery: 'exactly-once',
      leaseMs: 1_000,
      routes: [on(topic<string>('orders'), () => undefined)],
    });
    const ended = expect(running.finished).rejects.toMatchObject(moved);
    const tailEnded = expect(readOn(driver)).rejects.toMatchObject(moved);
    using writer = startChild({ kind: 'append', file: log.file, writer: 1, appends: 1_000_000, bytes: 10 });
    await writer.ready;
    await waitUntil('the group has a lease', () => running.leases().length === 1);
    harm(log);
    await expect(driver.append([record('"late"')], { acks: 'all' })).rejects.toMatchObject(moved);
    await expect(driver.append([record('"later"')], { acks: 'leader' })).rejects.toMatchObject(moved);
    expect(await writer.gone).not.toBe(0);
    await ended;
    await tailEnded;
    expect(running.state()).toBe('failed');
    expect(notices.filter(({ kind }) => kind === 'disconnected')).toHaveLength(1);
    rmSync(`${log.folder}.old`, { recursive: true, force: true });
  });

  test('ends a competing group', async () => {
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics([orders]);
    const running = await createStreams(driver).run({
      group: 'g',
      mode: 'competing',
      delivery: 'at-least-once',
      leaseMs: 1_000,
      routes: [on(topic<string>('orders'), () => undefined)],
    });
    rmSync(`${log.file}-shm`);
    await expect(running.finished).rejects.toMatchObject(moved);
  });

  test('is usable again once it is whole and every process has started again', async () => {
    await using log = testLog();
    const first = await log.open();
    await first.admin.ensureTopics([orders]);
    await first.append([record('kept')], { acks: 'all' });
    rmSync(`${log.file}-shm`);
    await expect(first.append([record('refused')], { acks: 'all' })).rejects.toMatchObject(moved);
    await first[Symbol.asyncDispose]();
    const second = await log.open();
    await second.append([record('after')], { acks: 'all' });
    const values = (await stored(second)).map(textOf);
    expect(values.filter((value) => value !== 'refused')).toEqual(['kept', 'after']);
  });
});
