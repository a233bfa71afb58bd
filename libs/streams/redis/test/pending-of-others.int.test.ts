import { connect } from 'node:net';
import { type Driver, on, type RunOptions, topic } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { type RedisServer, requireService, serverOf, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { acquire, firstPage, reclaim } from '../src/commands/lease.ts';
import { openRedis } from '../src/index.ts';
import { leaseKey } from '../src/keys.ts';
import { RawConnection } from '../src/protocol/raw-connection.ts';
import { fetchCount, firstLease, joinOptions, uniqueName } from './support.ts';

const withRedis = requireService('redis');

const pending = 300_000;
/** What one call may look at, whatever is pending. */
const mostEntries = 1_000;
const add =
  "local last for n = 1, 10000 do last = redis.call('XADD', KEYS[1], '*', 'value', ARGV[1] + n) end return last";

withRedis('what another program left pending', () => {
  let server: RedisServer;
  let driver: Driver;
  let raw: RawConnection;
  beforeAll(async () => {
    server = await startRedis({ arguments: ['--appendonly', 'no'] });
    driver = await openRedis(server.url);
    raw = await RawConnection.open({
      connect: async () => connect(server.port, '127.0.0.1'),
      handshake: async () => [],
      openMs: 5_000,
      replyMs: 30_000,
    });
  });
  afterAll(async () => {
    raw.close();
    await driver[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  /** The group's other program fetched everything and acknowledged nothing. */
  async function leavePending(name: string, group: string, count: number): Promise<string> {
    await driver.admin.ensureTopics([{ name, partitions: 1 }]);
    const stream = `${name}:{P0}`;
    await raw.call('XGROUP', ['CREATE', stream, group, '0', 'MKSTREAM']);
    for (let from = 0; from < count; from += 10_000) await raw.call('EVAL', [add, 1, stream, from]);
    for (let taken = 0; taken < count; taken += 10_000)
      await raw.frame('XREADGROUP', ['GROUP', group, 'other', 'COUNT', 10_000, 'STREAMS', stream, '>']);
    return stream;
  }

  test('is reclaimed page by page, all of it once and in order', async () => {
    const [name, group] = [uniqueName('t'), uniqueName('g')];
    const stream = await leavePending(name, group, 30_000);
    const lease = { lease: leaseKey(group, 0), token: 'token', group, member: 'member/1' };
    await acquire(raw, lease, { owner: 'member', leaseMs: 60_000, knownEpoch: 0 });
    const ids: string[] = [];
    for (let from: string | undefined = firstPage; from !== undefined; ) {
      const page = await reclaim(raw, lease, { stream, topic: name, from });
      expect(page.pending.length).toBeLessThanOrEqual(mostEntries);
      ids.push(...page.pending.map(({ id }) => id));
      from = page.next;
    }
    expect(ids).toHaveLength(30_000);
    expect(new Set(ids).size).toBe(30_000);
    const summary = (await raw.call('XPENDING', [stream, group])) as [number, string, string, string[][]];
    expect(summary).toEqual([30_000, ids[0], ids.at(-1), [['member/1', '30000']]]);
  });

  test('is handled in order before anything new, however much it is, and a seek past it is done in parts', async () => {
    const [name, group] = [uniqueName('t'), uniqueName('g')];
    const stream = await leavePending(name, group, pending);
    await raw.call('XADD', [stream, '*', 'value', String(pending + 1)]);
    const membership = await driver.join(group, joinOptions([name], { maxInFlight: 2_500 }));
    const lease = await firstLease(membership);
    for (let from = 0; from < 5_000; from += 2_500) {
      const deliveries = await fetchCount(lease, 2_500);
      expect(deliveries.map(({ value }) => Number(value))).toEqual(
        Array.from({ length: 2_500 }, (_, index) => from + index + 1),
      );
      expect(deliveries.every(({ attempt }) => attempt === 2)).toBe(true);
      await lease.commit({ acknowledged: deliveries, outputs: [], state: [], dedupeIds: [] });
    }
    await membership[Symbol.asyncDispose]();
    expect((await driver.admin.describeGroup(group)).partitions[0]?.pending).toBe(pending - 5_000);
    await driver.admin.seek(group, 'latest', {});
    expect((await driver.admin.describeGroup(group)).partitions[0]).toMatchObject({ pending: 0, lag: 0 });
  });

  /** As XNACK FATAL of Redis 8.8 leaves an entry: any server takes that delivery count by XCLAIM. */
  test.each(['partitioned', 'competing'] as const)(
    'as fatal is a dead letter at once in a %s group, and its neighbours pass',
    async (mode) => {
      const [name, group] = [uniqueName('t'), uniqueName('g')];
      const streams = createStreams(driver);
      const jobs = topic<number>(name);
      const stream = await leavePending(name, group, 10_000);
      const summary = (await raw.call('XPENDING', [stream, group, '-', '+', 10_000])) as [string][];
      const left = summary.slice(0, 3).map(([id]) => id);
      await raw.call('XACK', [stream, group, ...summary.slice(3).map(([id]) => id)]);
      const fatal = ['RETRYCOUNT', '9223372036854775807', 'JUSTID'];
      await raw.call('XCLAIM', [stream, group, 'other', '0', left[1] ?? '', 'TIME', '1', ...fatal]);
      for (const id of left)
        await raw.call('XCLAIM', [stream, group, 'other', '0', id, 'TIME', '1', 'JUSTID']);
      const handled: number[] = [];
      const options = { group, mode, delivery: 'at-least-once', leaseMs: 600 } as const;
      const routes = [on(jobs, ({ value }) => void handled.push(value))];
      await using running = await streams.run({ ...options, routes } as RunOptions);
      await vi.waitFor(async () => expect(await streams.admin.lag(group)).toBe(0), { timeout: 20_000 });
      expect(handled.toSorted()).toEqual([1, 3]);
      const letters: string[] = [];
      for await (const { record } of streams.admin.deadLetters(group)) letters.push(String(record.value));
      expect(letters).toEqual(['2']);
      expect(running.state()).toBe('running');
    },
  );
});

requireService('redis-8')('what a tool gives back on Redis 8', () => {
  test.each(['partitioned', 'competing'] as const)(
    'as fatal is a dead letter at once in a %s group; what it failed or gave up counts as that says',
    async (mode) => {
      await using server = await startRedis({ ...serverOf('redis-8'), arguments: ['--appendonly', 'no'] });
      await using driver = await openRedis(server.url);
      const streams = createStreams(driver);
      const [name, group] = [uniqueName('t'), uniqueName('g')];
      const jobs = topic<string>(name);
      await driver.admin.ensureTopics([{ name, partitions: 1 }]);
      const stream = `${name}:{P0}`;
      await server.command('XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM');
      const kinds = ['FATAL', 'FAIL', 'SILENT', 'FATAL'];
      await streams.publish(jobs, kinds, { acks: 'leader' });
      await server.command('XREADGROUP', 'GROUP', group, 'tool', 'STREAMS', stream, '>');
      const ids: string[] = [];
      for await (const chunk of driver.read(name, 0, 'earliest', { to: 'now', max: 10 }))
        ids.push(...chunk.map(({ offset }) => offset));
      for (const [index, id] of ids.entries())
        await server.command('XNACK', stream, group, kinds[index] ?? '', 'IDS', 1, id);
      const handled: [string, number][] = [];
      const options = { group, mode, delivery: 'at-least-once', leaseMs: 600 } as const;
      const routes = [on(jobs, ({ value, attempt }) => void handled.push([value, attempt]))];
      await using running = await streams.run({ ...options, routes } as RunOptions);
      await vi.waitFor(async () => expect(await streams.admin.lag(group)).toBe(0), { timeout: 20_000 });
      const letters: string[] = [];
      for await (const { record } of streams.admin.deadLetters(group)) letters.push(String(record.value));
      expect({ handled: handled.toSorted(), letters }).toEqual({
        handled: [
          ['FAIL', 2],
          ['SILENT', 1],
        ],
        letters: ['"FATAL"', '"FATAL"'],
      });
      expect(running.state()).toBe('running');
    },
  );
});
