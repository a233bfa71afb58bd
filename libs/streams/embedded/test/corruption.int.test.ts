import type { Delivery } from '@millrace/streams';
import { describe, expect, test } from 'vitest';
import { records, stored, testLog, textOf } from './support/log.ts';

const topics = [{ name: 'orders', partitions: 1 }];
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

/** The first lease of a new member, and up to `count` deliveries, each settled. */
async function settle(
  driver: Awaited<ReturnType<ReturnType<typeof testLog>['open']>>,
  count: number,
): Promise<Delivery[]> {
  await using member = await driver.join('g', join);
  const committed: Delivery[] = [];
  for await (const lease of member) {
    while (committed.length < count) {
      const fetched = await lease.fetch(count - committed.length, { signal: AbortSignal.timeout(5_000) });
      if (fetched.length === 0) throw new Error('nothing came');
      await lease.commit({ acknowledged: fetched, outputs: [], state: [], dedupeIds: [] });
      committed.push(...fetched);
    }
    break;
  }
  return committed;
}

describe('a damaged batch', () => {
  test('is handed on as one record that says so, and the next ones follow', async () => {
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics(topics);
    for (const part of ['a', 'b', 'c']) {
      await driver.append(
        records(3).map((record) => ({ ...record, value: `${part}${record.value}` })),
        { acks: 'leader' },
      );
    }
    log.sqlite().exec("UPDATE batches SET body = x'00112233' WHERE id % 1099511627776 = 3");
    const deliveries = await settle(driver, 7);
    expect(deliveries.map(({ offset }) => offset)).toEqual(['0', '1', '2', '3', '6', '7', '8']);
    expect(deliveries[3]?.damage).toContain('checksum');
    expect([...(deliveries[3]?.value ?? [])]).toEqual([0x00, 0x11, 0x22, 0x33]);
    expect(await stored(driver)).toHaveLength(7);
    const { partitions } = await driver.admin.describeGroup('g');
    expect(partitions[0]).toMatchObject({ committed: '8', lag: 0 });
  });

  test('stays settled when its group goes on in another process', async () => {
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics(topics);
    await driver.append(records(3), { acks: 'leader' });
    log.sqlite().exec("UPDATE batches SET body = x'00'");
    await settle(driver, 1);
    await driver.append(records(1), { acks: 'leader' });
    expect((await settle(await log.open(), 1)).map(({ offset }) => offset)).toEqual(['3']);
  });

  test('that a person inserted is handed on, and appending goes on behind it', async () => {
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics(topics);
    await driver.append(records(2), { acks: 'leader' });
    log.sqlite().exec(
      `INSERT INTO batches (id, records, time, stored, crc, body)
         SELECT max(id) + 5, 1, 0, 0, 0, CAST('rubbish' AS BLOB) FROM batches`,
    );
    await driver.append(records(2), { acks: 'leader' });
    const deliveries = await settle(driver, 5);
    expect(deliveries.map(({ offset }) => offset)).toEqual(['0', '1', '5', '6', '7']);
    expect(textOf(deliveries[2] ?? { value: Buffer.of() })).toBe('rubbish');
  });
});
