import type { Notice } from '@millrace/streams';
import { type RedisServer, requireService, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { fetchCount, firstLease, joinOptions, records, stored, texts, uniqueName } from './support.ts';

const withRedis = requireService('redis');

withRedis('a server that forgets', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('its scripts is sent them again', async () => {
    await using driver = await openRedis(server.url);
    const [topic, group] = [uniqueName('t'), uniqueName('g')];
    await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
    await using membership = await driver.join(group, joinOptions([topic]));
    const lease = await firstLease(membership);
    for (const value of ['a', 'b', 'c']) {
      await server.command('SCRIPT', 'FLUSH');
      await driver.append(records(topic, [value]), { acks: 'leader' });
      await server.command('SCRIPT', 'FLUSH');
      const acknowledged = await fetchCount(lease, 1);
      await server.command('SCRIPT', 'FLUSH');
      await lease.commit({ acknowledged, outputs: [], state: [], dedupeIds: [] });
    }
    expect(await stored(driver, topic)).toEqual(['a', 'b', 'c']);
    expect((await driver.admin.describeGroup(group)).partitions[0]?.lag).toBe(0);
  });

  test('everything (FLUSHALL) is told again, and the group goes on with a greater epoch', async () => {
    await using driver = await openRedis(server.url);
    const notices: Notice[] = [];
    driver.onNotice((notice) => notices.push(notice));
    const [topic, group] = [uniqueName('t'), uniqueName('g')];
    await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
    await using membership = await driver.join(group, joinOptions([topic], { leaseMs: 600 }));
    const leases = membership[Symbol.asyncIterator]();
    const first = (await leases.next()).value;
    await server.command('FLUSHALL');
    await driver.append(records(topic, ['after']), { acks: 'leader' });
    const second = (await leases.next()).value;
    if (!first || !second) throw new Error('two leases were expected');
    expect(second.epoch).toBeGreaterThan(first.epoch);
    expect(texts(await fetchCount(second, 1))).toEqual(['after']);
    expect(notices.map(({ kind }) => kind)).toContain('group-recreated');
    expect(await driver.admin.topics()).toContain(topic);
    expect(await driver.admin.groups()).toContain(group);
  });

  test('nothing (killed and started again) has all that was acknowledged', async () => {
    await using own = await startRedis();
    await using driver = await openRedis(own.url);
    const topic = uniqueName('t');
    await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
    const values = Array.from({ length: 200 }, (_, index) => String(index));
    for (const value of values) await driver.append(records(topic, [value]), { acks: 'all' });
    await own.kill();
    await own.start();
    await using again = await openRedis(own.url);
    expect(await stored(again, topic)).toEqual(values);
  });
});
