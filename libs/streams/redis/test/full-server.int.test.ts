import type { Driver } from '@millrace/streams';
import type { CompetingMember, Lease } from '@millrace/streams/driver';
import { type RedisServer, requireService, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { fetchCount, firstLease, joinOptions, records, uniqueName, waitFor } from './support.ts';

const withRedis = requireService('redis');

const leaseMs = 500;
const count = 500;
const roomBytes = 5_000_000;

withRedis('a server whose memory is used up (maxmemory, noeviction)', () => {
  let server: RedisServer;
  let driver: Driver;

  beforeAll(async () => {
    server = await startRedis();
    driver = await openRedis(server.url, { retentionMs: 50 });
  });
  afterAll(async () => {
    await driver[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const used = async (): Promise<number> =>
    Number(/used_memory:(\d+)/.exec(String(await server.command('INFO', 'memory')))?.[1]);

  /** A topic with a backlog that leaves no memory. */
  async function full(): Promise<AsyncDisposable & { readonly topic: string }> {
    const topic = uniqueName('t');
    const retention = { maxRecords: 10 };
    await driver.admin.ensureTopics([{ name: topic, partitions: 1, retention }]);
    const before = await used();
    // A group that has acknowledged nothing: without it retention would free memory at once.
    await using first = await driver.join('sink', joinOptions([topic]));
    await firstLease(first);
    await driver.append(records(topic, Array(count).fill('x'.repeat(20_000))), { acks: 'leader' });
    await server.command('CONFIG', 'SET', 'maxmemory', String(before + roomBytes));
    return {
      topic,
      [Symbol.asyncDispose]: async () => {
        await server.command('CONFIG', 'SET', 'maxmemory', '0');
      },
    };
  }

  const publish = (topic: string) => driver.append(records(topic, ['more']), { acks: 'leader' });

  async function drain(source: Lease | CompetingMember): Promise<void> {
    for (let left = count; left > 0; ) {
      const acknowledged = await fetchCount(source, Math.min(left, 100));
      left -= acknowledged.length;
      if ('epoch' in source) {
        const state = [{ store: 'counts', key: 'all', value: String(left) }];
        const dedupeIds = acknowledged.map(({ offset }) => offset);
        await source.commit({ acknowledged, outputs: [], state, dedupeIds });
      } else {
        const steps = acknowledged.map((record) => ({ record, acknowledged: true, outputs: [] }));
        expect(new Set(await source.commit(steps))).toEqual(new Set(['committed']));
      }
    }
  }

  test('is drained by a group that joins then, keeps its lease, and makes room for publishers', async () => {
    await using backlog = await full();
    const { topic } = backlog;
    await expect(publish(topic)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    const options = joinOptions([topic], { leaseMs, stores: ['counts'], dedupeWindow: 1_000 });
    await using membership = await driver.join('sink', options);
    const lease = await firstLease(membership);
    const expiry = async (): Promise<number> =>
      Number(/\d{13}/.exec(await server.command('HGET', 'millrace:{P0}:sink:lease', 'expires'))?.[0]);
    const first = await expiry();
    await waitFor('the lease is renewed', async () => (await expiry()) > first);
    await drain(lease);
    expect(lease.lost.aborted).toBe(false);
    await waitFor('there is room', () =>
      publish(topic).then(
        () => true,
        () => false,
      ),
    );
  });

  test('is joined and drained by a group that was not there before', async () => {
    await using backlog = await full();
    const { topic } = backlog;
    await driver.admin.ensureTopics([{ name: uniqueName('letters'), partitions: 1 }]);
    await using membership = await driver.join(uniqueName('g'), joinOptions([topic], { leaseMs }));
    await drain(await firstLease(membership));
    await expect(publish(topic)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  });

  test('is drained by a competing group', async () => {
    await using backlog = await full();
    await using member = await driver.compete(uniqueName('g'), joinOptions([backlog.topic], { leaseMs }));
    await drain(member);
  });

  test('refuses a commit with outputs, of which nothing is stored', async () => {
    await using backlog = await full();
    const { topic } = backlog;
    await using membership = await driver.join(uniqueName('g'), joinOptions([topic], { leaseMs }));
    const lease = await firstLease(membership);
    const acknowledged = await fetchCount(lease, 1);
    const commit = { acknowledged, outputs: records(topic, ['out']), state: [], dedupeIds: [] };
    await expect(lease.commit(commit)).rejects.toMatchObject({ code: 'STORAGE_FULL', retryable: true });
    expect((await driver.admin.describe(topic)).partitions[0]?.records).toBe(count);
    await lease.commit({ ...commit, outputs: [] });
  });
});
