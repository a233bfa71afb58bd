import { describe, expect, test } from 'vitest';
import { records, testLog, textOf } from './support/log.ts';

const options = {
  topics: ['orders'],
  start: 'earliest',
  acks: 'leader',
  leaseMs: 30_000,
  maxInFlight: 100,
} as const;

describe('a competing member', () => {
  test.each([
    ['was removed while it slept', 'DELETE FROM members'],
    ['slept past its time and was not removed yet', 'UPDATE members SET expires = 0'],
  ])('that %s takes nothing that nobody could free', async (_, sleep) => {
    await using log = testLog();
    const driver = await log.open();
    await driver.admin.ensureTopics([{ name: 'orders', partitions: 1 }]);
    await using sleeper = await driver.compete('g', options);
    log.sqlite().exec(sleep);
    await driver.append(records(5), { acks: 'leader' });
    expect(await sleeper.fetch(5, { signal: AbortSignal.timeout(5_000) })).toEqual([]);
    expect(sleeper.lost.aborted).toBe(true);
    await using successor = await driver.compete('g', options);
    const taken = await successor.fetch(5, { signal: AbortSignal.timeout(5_000) });
    expect(taken.map(textOf)).toEqual(['0', '1', '2', '3', '4']);
    expect(taken.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1, 1]);
  });
});
