import { once } from 'node:events';
import type { Lease } from '@millrace/streams/driver';
import { expect, test } from 'vitest';
import { records, type TestLog, testLog, textOf } from '../support/log.ts';

test('a lease that runs out while its member lives costs no attempt, but for the oldest in flight at two losses in a row', async () => {
  await using log = testLog();
  const driver = await log.open();
  await driver.admin.ensureTopics([{ name: 'orders', partitions: 1 }]);
  await driver.append(records(4), { acks: 'leader' });
  await using membership = await driver.join('g', {
    topics: ['orders'],
    start: 'earliest',
    acks: 'leader',
    leaseMs: 500,
    maxInFlight: 100,
    commitKind: 'atomic',
    stores: [],
    dedupeWindow: 0,
  });
  const seen: string[][] = [];
  for await (const lease of membership) {
    const deliveries = await lease.fetch(10, { signal: AbortSignal.timeout(20_000) });
    seen.push(deliveries.map((delivery) => `${textOf(delivery)} ${delivery.attempt}`));
    if (seen.length === 3) break;
    await runOut(log, lease);
  }
  expect(seen).toEqual([
    ['0 1', '1 1', '2 1', '3 1'],
    ['0 1', '1 1', '2 1', '3 1'],
    ['0 2', '1 1', '2 1', '3 1'],
  ]);
});

/** Nobody can store a heartbeat until the lease is lost. */
async function runOut(log: TestLog, lease: Lease): Promise<void> {
  const other = log.sqlite();
  other.exec('BEGIN IMMEDIATE');
  try {
    if (!lease.lost.aborted) await once(lease.lost, 'abort');
  } finally {
    other.exec('ROLLBACK');
    other.close();
  }
}
