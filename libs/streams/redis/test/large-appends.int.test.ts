import { requireService, startRedis } from '@millrace/testing';
import { expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { records, uniqueName } from './support.ts';

const withRedis = requireService('redis');

withRedis('a large append', () => {
  test('is stored by scripts of a bounded size, in order', async () => {
    await using server = await startRedis();
    await using driver = await openRedis(server.url);
    const topic = uniqueName('t');
    await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
    await driver.append(records(topic, ['warm']), { acks: 'leader' });
    const scripts = async (): Promise<number> =>
      Number(/cmdstat_evalsha:calls=(\d+)/.exec(await server.command('INFO', 'commandstats'))?.[1]);
    const before = await scripts();
    const values = Array.from({ length: 48 }, (_, index) => `${index}:`.padEnd(1024 * 1024, 'x'));
    const positions = await driver.append(records(topic, values), { acks: 'leader' });
    expect((await scripts()) - before).toBeGreaterThanOrEqual(3);
    expect(positions).toHaveLength(values.length);
    expect(positions.map(({ offset }) => offset).toSorted(driver.compareOffsets)).toEqual(
      positions.map(({ offset }) => offset),
    );
  });

  test('that is to be atomic is refused when one script cannot hold it, and nothing of it is stored', async () => {
    await using server = await startRedis();
    await using driver = await openRedis(server.url);
    const topic = uniqueName('t');
    await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
    const before = await server.command('DBSIZE');
    const values = Array.from({ length: 20_001 }, (_, index) => String(index));
    await expect(
      driver.append(records(topic, values), { acks: 'leader', atomic: true }),
    ).rejects.toMatchObject({ code: 'TOO_LARGE', message: expect.stringContaining('at most 20000 records') });
    expect(await server.command('DBSIZE')).toBe(before);
  });
});
