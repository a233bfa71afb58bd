import { createStreams, on, type Running, type RunOptions, type Streams, topic } from '@millrace/streams';
import { type RedisServer, requireService, startRedis } from '@millrace/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openRedis } from '../src/index.ts';
import { type SilentProxy, startSilentProxy } from './silent-proxy.ts';
import { firstLease, joinOptions, uniqueName } from './support.ts';

const withRedis = requireService('redis');

const replyMs = 700;
const leaseMs = 600;
const waiting = { timeout: 20_000, interval: 20 };
const jobs = topic<number>('jobs', { key: String });

/** How a server owes replies and sends none, and nobody closes a connection. */
const silences: Readonly<Record<string, (proxy: SilentProxy, server: RedisServer) => void>> = {
  'a network that drops everything': (proxy) => proxy.fallSilent(),
  'a server that is stopped (SIGSTOP)': (_, server) => server.pause(),
};

const modes: Readonly<Record<string, Pick<RunOptions, 'mode' | 'delivery'>>> = {
  partitioned: { mode: 'partitioned', delivery: 'exactly-once' },
  competing: { mode: 'competing', delivery: 'at-least-once' },
};

withRedis('a server that does not reply', () => {
  let server: RedisServer;
  let proxy: SilentProxy;
  let streams: Streams;
  let direct: Streams;

  beforeEach(async () => {
    server = await startRedis();
    proxy = await startSilentProxy(server.port);
    direct = createStreams(await openRedis(server.url));
    streams = createStreams(await openRedis(proxy.url, { replyMs, replicationMs: 200 }));
    await direct.admin.ensureTopics([{ name: 'jobs', partitions: 2 }]);
  });
  afterEach(async () => {
    server.resume();
    await streams[Symbol.asyncDispose]();
    await direct[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  async function runGroup(mode: string, handled: number[]): Promise<Running> {
    const options = { group: 'g', leaseMs, graceMs: 500, ...modes[mode] } as Omit<RunOptions, 'routes'>;
    const routes = [on(jobs, ({ value }) => void handled.push(value))];
    return await streams.run({ ...options, routes } as RunOptions);
  }

  describe.each(Object.keys(modes))('%s', (mode) => {
    test.each(Object.keys(silences))(
      '%s degrades the group, refuses what is published, and neither a stop nor a close waits for it',
      async (silence) => {
        const handled: number[] = [];
        const running = await runGroup(mode, handled);
        await direct.publish(jobs, [1]);
        await vi.waitFor(() => expect(handled).toEqual([1]), waiting);
        expect(running.state()).toBe('running');
        silences[silence]?.(proxy, server);
        await vi.waitFor(() => expect(running.state()).toBe('degraded'), waiting);
        expect(running.lastError()).toMatchObject({ code: 'UNAVAILABLE' });
        expect(running.leases()).toEqual([]);
        await expect(streams.publish(jobs, [2])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
        await expect(streams.admin.topics()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
        await running.stop();
        await streams[Symbol.asyncDispose]();
      },
      45_000,
    );

    test('connections that are forgotten are replaced: the group goes on, and so do publishers', async () => {
      const handled: number[] = [];
      const running = await runGroup(mode, handled);
      await direct.publish(jobs, [1]);
      await vi.waitFor(() => expect(handled).toEqual([1]), waiting);
      proxy.forgetConnections();
      await direct.publish(jobs, [2]);
      await vi.waitFor(() => expect(handled).toContain(2), waiting);
      await vi.waitFor(() => streams.publish(jobs, [3]), waiting);
      await vi.waitFor(() => expect(handled).toContain(3), waiting);
      await vi.waitFor(() => expect(running.state()).toBe('running'), waiting);
      await running.stop();
    }, 45_000);
  });

  test('a member that joins meanwhile ends with the driver', async () => {
    proxy.fallSilent();
    const joining = runGroup('partitioned', []).then(
      (running) => running.stop(),
      (error: unknown) => error,
    );
    await streams[Symbol.asyncDispose]();
    await joining;
  }, 45_000);

  test('a lease that cannot be renewed is lost by the clock of its member', async () => {
    await using driver = await openRedis(proxy.url, { replyMs: 60_000 });
    const membership = await driver.join(uniqueName('g'), joinOptions(['jobs'], { leaseMs }));
    const lease = await firstLease(membership);
    proxy.fallSilent();
    await vi.waitFor(() => expect(lease.lost.aborted).toBe(true), waiting);
    const commit = { acknowledged: [], outputs: [], state: [], dedupeIds: [] };
    await expect(lease.commit(commit)).rejects.toMatchObject({ code: 'FENCED' });
  }, 45_000);
});
