import type { Driver, Notice } from '@millrace/streams';
import { type RedisServer, requireService, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { fetchCount, firstLease, joinOptions, records, uniqueName, waitFor } from './support.ts';

const withRedis = requireService('redis');

const leaseMs = 300;

withRedis('what a member cannot do in the background is told once, and once that it can again:', () => {
  let server: RedisServer;
  let driver: Driver;
  let topic: string;
  let group: string;
  let notices: Notice[];

  beforeAll(async () => {
    server = await startRedis();
    driver = await openRedis(server.url);
    driver.onNotice((notice) => notices.push(notice));
  });
  afterAll(async () => {
    await driver[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    [topic, group, notices] = [uniqueName('t'), uniqueName('g'), []];
    await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
  });

  const told = (): unknown[] =>
    notices
      .filter(({ kind }) => kind.startsWith('group-'))
      .map(({ kind, details }) => [kind, details['group'], details['work'], details['code']]);

  /** Puts something else in the place of a key, until both have been told. */
  async function spoil(key: string): Promise<void> {
    await server.command('SET', key, 'of somebody else');
    await waitFor('it is told', async () => told().length > 0);
    const scripts = async (): Promise<number> =>
      Number(/cmdstat_evalsha:calls=(\d+)/.exec(await server.command('INFO', 'commandstats'))?.[1]);
    const before = await scripts();
    await waitFor('it was tried ten times more', async () => (await scripts()) > before + 10);
    expect(told()).toHaveLength(1);
    await server.command('DEL', key);
    await waitFor('all is well again', async () => told().length > 1);
  }

  test('to renew a lease, and then to take it', async () => {
    await using membership = await driver.join(group, joinOptions([topic], { leaseMs }));
    const leases = membership[Symbol.asyncIterator]();
    await leases.next();
    await spoil(`millrace:{P0}:${group}:lease`);
    expect(told()).toEqual([
      ['group-degraded', group, 'hold the lease of partition 0', 'INVALID_ARGUMENT'],
      ['group-recovered', group, undefined, undefined],
    ]);
    expect((await leases.next()).done).toBe(false);
  });

  test('to send its heartbeat', async () => {
    await using membership = await driver.join(group, joinOptions([topic], { leaseMs }));
    await firstLease(membership);
    await spoil(`millrace:{${group}}:details`);
    expect(told()[0]).toEqual(['group-degraded', group, 'send its heartbeat', 'INVALID_ARGUMENT']);
    expect(told()).toHaveLength(2);
  });

  test('to keep what a competing member has in hand', async () => {
    await using member = await driver.compete(group, joinOptions([topic], { leaseMs }));
    const lease = `millrace:{P0}:${group}:lease`;
    await server.command('SET', lease, 'of somebody else');
    await driver.append(records(topic, ['read all the same']), { acks: 'leader' });
    expect(await fetchCount(member, 1)).toHaveLength(1);
    await spoil(lease);
    expect(member.lost.aborted).toBe(false);
    expect(told()[0]).toEqual([
      'group-degraded',
      group,
      `keep what it has in hand of ${topic}:0`,
      'INVALID_ARGUMENT',
    ]);
  });

  test('nothing while all goes well, and nothing when it leaves', async () => {
    await using membership = await driver.join(group, joinOptions([topic], { leaseMs }));
    await firstLease(membership);
    await membership[Symbol.asyncDispose]();
    expect(told()).toEqual([]);
  });
});
