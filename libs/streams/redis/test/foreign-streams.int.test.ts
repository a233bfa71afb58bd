import type { Driver, Notice } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import {
  type RedisCluster,
  type RedisServer,
  requireService,
  startRedis,
  startRedisCluster,
} from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { firstLease, joinOptions, records, stored } from './support.ts';

const withRedis = requireService('redis');
type Command = (...args: readonly (string | number)[]) => Promise<string>;

/** What redis-cli and a job queue leave: streams of their own, keys of other types, a group in the middle of its work. */
async function fill(command: Command): Promise<void> {
  for (let order = 1; order <= 5; order++) await command('XADD', 'orders', '*', 'order', order);
  await command('XADD', 'lonely', '*', 'a', 'b');
  for (const partition of [0, 1]) await command('XADD', `payments:{P${partition}}`, '*', 'paid', partition);
  await command('XGROUP', 'CREATE', 'orders', 'billing', '0');
  await command('XREADGROUP', 'GROUP', 'billing', 'worker/eu/1', 'COUNT', 2, 'STREAMS', 'orders', '>');
  await command('XREADGROUP', 'GROUP', 'billing', 'idle', 'COUNT', 1, 'STREAMS', 'orders', '>');
  await command('XGROUP', 'CREATE', 'payments:{P1}', 'billing', '$');
  await command('SET', 'text', 'orders');
  await command('LPUSH', 'bull:mails:wait', 1);
  await command('HSET', 'bull:mails:1', 'name', 'mail');
  await command('ZADD', 'bull:mails:delayed', 1, 2);
  await command('XADD', 'bull:mails:events', '*', 'event', 'waiting', 'jobId', 1);
}

async function opened(url: string): Promise<{ driver: Driver; notices: Notice[] }> {
  const driver = await openRedis(url);
  const notices: Notice[] = [];
  driver.onNotice((notice) => {
    if (notice.kind !== 'unsafe-settings') notices.push(notice);
  });
  return { driver, notices };
}

withRedis('streams of other programs', () => {
  describe('on a server that this library never wrote to', () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await startRedis({ arguments: ['--appendonly', 'no', '--enable-debug-command', 'yes'] });
      await fill((...args) => server.command(...args));
    });
    afterAll(() => server[Symbol.asyncDispose]());

    test('are listed, described and read with their groups, and nothing is written', async () => {
      const { driver, notices } = await opened(server.url);
      await using streams = createStreams(driver);
      const changes = async (): Promise<string | undefined> =>
        /rdb_changes_since_last_save:\d+/.exec(await server.command('INFO', 'persistence'))?.[0];
      const before = await changes();
      const { admin } = streams;
      expect((await admin.topics()).toSorted()).toEqual([
        'bull:mails:events',
        'lonely',
        'orders',
        'payments',
      ]);
      expect(await admin.groups()).toEqual(['billing']);
      expect(await admin.describe('payments')).toMatchObject({
        foreign: true,
        partitions: [{ records: 1 }, { records: 1 }],
      });
      expect(await admin.describeGroup('billing')).toMatchObject({
        foreign: true,
        mode: 'competing',
        members: [
          { member: 'idle', pending: 1, leases: [], idleMs: expect.any(Number) },
          { member: 'worker/eu/1', pending: 2 },
        ],
        partitions: [
          { topic: 'orders', partition: 0, pending: 3, lag: 5 },
          { topic: 'payments', partition: 0, pending: 0 },
          { topic: 'payments', partition: 1, pending: 0, lag: 0, committed: expect.any(String) },
        ],
      });
      const pending = await admin.pending('billing', { limit: 10 });
      expect(pending.map(({ member }) => member)).toEqual(['worker/eu/1', 'worker/eu/1', 'idle']);
      expect(await stored(driver, 'orders')).toEqual([1, 2, 3, 4, 5].map((order) => `{"order":"${order}"}`));
      expect(await changes()).toBe(before);
      expect(notices).toEqual([]);
    });

    test('and their groups are not changed by calls meant for our own', async () => {
      const { driver } = await opened(server.url);
      await using streams = createStreams(driver);
      const { admin } = streams;
      const refused = { code: 'UNSUPPORTED', message: expect.stringContaining('made by another program') };
      await expect(admin.deleteGroup('billing')).rejects.toMatchObject(refused);
      await expect(admin.seek('billing', 'earliest', {})).rejects.toMatchObject(refused);
      await expect(admin.claim('billing', 'me', { positions: [], minIdleMs: 0 })).rejects.toMatchObject(
        refused,
      );
      await expect(admin.describeGroup('nobody')).rejects.toMatchObject({ code: 'UNKNOWN_GROUP' });
    });

    test('stand beside our own, of which only topics and groups are listed', async () => {
      const { driver } = await opened(server.url);
      await using _ = driver;
      const { admin } = driver;
      await admin.ensureTopics([{ name: 'ours', partitions: 2 }]);
      await driver.append(records('ours', ['a']), { acks: 'leader' });
      const membership = await driver.join('reader', joinOptions(['ours']));
      await firstLease(membership);
      await server.command('XGROUP', 'CREATE', 'ours:{P1}', 'spy', '0');
      await server.command('XADD', 'millrace:{P0}:reader:outbox', '*', 'a', 'b');
      await expect.poll(async () => (await admin.groups()).toSorted()).toEqual(['billing', 'reader', 'spy']);
      expect(
        (await admin.topics()).filter((name) => name.includes('ours') || name.includes('reader')),
      ).toEqual(['ours']);
      expect(await admin.describe('ours')).not.toHaveProperty('foreign');
      expect(await admin.describeGroup('reader')).not.toHaveProperty('foreign');
      expect(await admin.describeGroup('spy')).toMatchObject({ foreign: true });
      await membership[Symbol.asyncDispose]();
      await admin.deleteGroup('reader');
      await admin.deleteTopic('ours');
      await expect.poll(() => admin.groups()).toEqual(['billing']);
      expect(await admin.topics()).not.toContain('ours');
    });

    test('are said to be left out where a user may not SCAN, and hidden where it may not read', async () => {
      await server.command('ACL', 'SETUSER', 'blind', 'on', '>right', '~*', '&*', '+@all', '-scan');
      await server.command('ACL', 'SETUSER', 'half', 'on', '>right', '~orders', '~millrace:*', '&*', '+@all');
      const blind = await opened(`redis://blind:right@127.0.0.1:${server.port}`);
      await using _blind = blind.driver;
      expect(await blind.driver.admin.topics()).toEqual([]);
      expect(await blind.driver.admin.groups()).toEqual([]);
      await expect.poll(() => blind.driver.admin.topics()).toEqual([]);
      expect(blind.notices).toEqual([
        expect.objectContaining({ kind: 'incomplete-list', message: expect.stringContaining('+scan') }),
      ]);
      // By its name it is found all the same.
      expect(await blind.driver.partitions('orders')).toBe(1);
      const half = await opened(`redis://half:right@127.0.0.1:${server.port}`);
      await using _half = half.driver;
      expect(await half.driver.admin.topics()).toEqual(['orders']);
      expect(await half.driver.admin.groups()).toEqual(['billing']);
      expect((await half.driver.admin.describeGroup('billing')).partitions).toHaveLength(1);
    });

    test('are looked for among a million keys at most', async () => {
      await server.command('DEBUG', 'POPULATE', 1_200_000, 'key', 1);
      const { driver, notices } = await opened(server.url);
      await using _ = driver;
      await driver.admin.topics();
      const [notice] = notices;
      expect(notice).toMatchObject({ kind: 'incomplete-list', details: { looked: 1_000_000 } });
      expect(notice?.message).toMatch(/stopped after 1000000 of 12\d{5} keys/);
    });
  });

  describe('in a Cluster', () => {
    let cluster: RedisCluster;
    beforeAll(async () => {
      cluster = await startRedisCluster({ nodeTimeoutMs: 3_000 });
      await fill(async (...args) => {
        const key = args.find((arg) => /^(orders|lonely|text|payments|bull)/.test(String(arg)));
        return await (await cluster.masterOf(String(key))).command(...args);
      });
    });
    afterAll(() => cluster[Symbol.asyncDispose]());

    test('are found on every master', async () => {
      const { driver } = await opened(cluster.url);
      await using streams = createStreams(driver);
      const { admin } = streams;
      expect((await admin.topics()).toSorted()).toEqual([
        'bull:mails:events',
        'lonely',
        'orders',
        'payments',
      ]);
      expect(await admin.groups()).toEqual(['billing']);
      expect((await admin.describeGroup('billing')).partitions).toMatchObject([
        { topic: 'orders', pending: 3, lag: 5 },
        { topic: 'payments', partition: 0 },
        { topic: 'payments', partition: 1, lag: 0 },
      ]);
      expect(await admin.pending('billing', { limit: 10 })).toHaveLength(3);
    });
  });
});
