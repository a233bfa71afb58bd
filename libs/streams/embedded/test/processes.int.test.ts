import { readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { startChild } from './support/child.ts';
import { record, stored, testLog, textOf } from './support/log.ts';

const orders = { name: 'orders', partitions: 1 };

describe('many processes', () => {
  test('append at once without a gap, a repeat or a change of order', async () => {
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics([orders]);
    const writers = [0, 1, 2, 3];
    const children = writers.map((writer) =>
      startChild({ kind: 'append', file: log.file, writer, appends: 200, bytes: 10 }),
    );
    expect(await Promise.all(children.map(({ gone }) => gone))).toEqual([0, 0, 0, 0]);
    const all = await stored(driver);
    expect(all.map(({ offset }) => Number(offset))).toEqual(
      Array.from({ length: 2_400 }, (_, index) => index),
    );
    for (const writer of writers) {
      const own = all.filter(({ key }) => String(key) === String(writer));
      expect(own.map((each) => Number.parseInt(textOf(each), 10))).toEqual(
        Array.from({ length: 600 }, (_, index) => index),
      );
    }
  });

  test('that are killed leave whole appends and a log that others go on with', async () => {
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics([orders]);
    for (let kill = 0; kill < 4; kill++) {
      using child = startChild({
        kind: 'append',
        file: log.file,
        writer: kill,
        appends: 100_000,
        bytes: 500,
      });
      await child.ready;
      await delay(50 + Math.random() * 150);
      child.kill();
      await child.gone;
      await driver.append([record('alive')], { acks: 'all' });
    }
    const all = await stored(driver);
    expect(all.map(({ offset }) => Number(offset))).toEqual(all.map((_, index) => index));
    for (const writer of ['0', '1', '2', '3']) {
      const numbers = all
        .filter(({ key }) => String(key) === writer)
        .map((each) => Number.parseInt(textOf(each), 10));
      expect(numbers).toEqual(numbers.map((_, index) => index));
      expect(numbers.length % 3).toBe(0);
    }
    expect(log.sqlite().prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  });

  test('under steady load do not let the write-ahead log grow without bound', async () => {
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics([{ ...orders, retention: { maxRecords: 1_000 } }]);
    const children = [0, 1, 2].map((writer) =>
      startChild({ kind: 'append', file: log.file, writer, appends: 600, bytes: 50_000 }),
    );
    let peak = 0;
    const gone = Promise.all(children.map((child) => child.gone));
    for (let working = true; working; ) {
      working = await Promise.race([gone.then(() => false), delay(5, true)]);
      peak = Math.max(peak, statSync(`${log.file}-wal`).size);
      await stored(driver);
    }
    expect(await gone).toEqual([0, 0, 0]);
    expect(peak).toBeLessThan(200 * 1024 * 1024);
  });
});

describe('an idle group', () => {
  test('of nine processes uses next to no processor time', async ({ skip }) => {
    if (process.platform !== 'linux') skip('processor time of other processes is read from /proc');
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics([{ ...orders, partitions: 4 }]);
    const children = Array.from({ length: 9 }, (_, index) =>
      startChild({ kind: 'idle', file: log.file, group: `g${index % 3}` }),
    );
    await Promise.all(children.map(({ ready }) => ready));
    await delay(3_000);
    const before = children.map(({ pid }) => ticks(pid));
    await delay(5_000);
    const used = children.map(({ pid }, index) => ticks(pid) - (before[index] ?? 0));
    for (const child of children) child.kill();
    const share = used.reduce((sum, each) => sum + each, 0) / 500;
    expect(share).toBeLessThan(0.1);
  });
});

describe('a waiting reader', () => {
  test('in another process wakes within milliseconds', async () => {
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics([orders, { name: 'echoes', partitions: 1 }]);
    using child = startChild({ kind: 'echo', file: log.file });
    await child.ready;
    const echoes = driver.read('echoes', 0, 'earliest', { max: 10 })[Symbol.asyncIterator]();
    const times: number[] = [];
    for (let round = 0; round < 60; round++) {
      const started = performance.now();
      await driver.append([record(String(round))], { acks: 'leader' });
      await echoes.next();
      times.push(performance.now() - started);
      await delay(5);
    }
    const [median = Number.NaN] = times
      .slice(10)
      .toSorted((a, b) => a - b)
      .slice(25);
    expect(median).toBeLessThan(15);
  });
});

/** Hundredths of a second that the process has computed. */
function ticks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}
