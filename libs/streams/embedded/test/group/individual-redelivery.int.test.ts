import type { JoinOptions, Lease } from '@millrace/streams';
import { expect, test } from 'vitest';
import { record, testLog } from '../support/log.ts';

const options: JoinOptions = {
  topics: ['orders'],
  start: 'earliest',
  acks: 'leader',
  leaseMs: 30_000,
  maxInFlight: 10,
  commitKind: 'positions',
  stores: [],
  dedupeWindow: 0,
};
const { signal } = new AbortController();

test('a record that is redelivered by itself still comes after its attempt could not be stored', async () => {
  await using log = testLog();
  const driver = await log.open({ busyMs: 100 });
  await driver.admin.ensureTopics([{ name: 'orders', partitions: 1 }]);
  await driver.append([record('one')], { acks: 'leader' });
  await (await driver.join('payment', options))[Symbol.asyncDispose]();
  const other = log.sqlite();
  other.exec('UPDATE positions SET careful = 1');
  await using membership = await driver.join('payment', options);
  const gained = await membership[Symbol.asyncIterator]().next();
  const lease: Lease = gained.value;
  other.exec('BEGIN IMMEDIATE');
  await expect(lease.fetch(10, { signal })).rejects.toMatchObject({ code: 'BUSY' });
  other.exec('COMMIT');
  const [delivery] = await lease.fetch(10, { signal });
  expect(delivery).toMatchObject({ offset: '0', attempt: 2 });
  await lease.commit({ acknowledged: delivery ? [delivery] : [], outputs: [], state: [], dedupeIds: [] });
});
