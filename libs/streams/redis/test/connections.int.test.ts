import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Driver, on, topic } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import {
  type RedisCluster,
  type RedisServer,
  requireService,
  startRedis,
  startRedisCluster,
} from '@millrace/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openRedis } from '../src/index.ts';
import { records, stored, uniqueName } from './support.ts';

const withRedis = requireService('redis');

const partitions = 12;
const names = ['orders', 'payments', 'mails'];

/** Of the user, as the servers list them. */
async function connectionsOf(servers: readonly RedisServer[], user: string): Promise<number> {
  const lists = await Promise.all(servers.map((server) => server.command('CLIENT', 'LIST')));
  return lists.flatMap((list) => list.split('\n')).filter((line) => line.includes(` user=${user} `)).length;
}

/** Does all that a member does: publishes, reads, and works in groups of both modes, state and outputs included. */
async function work(driver: Driver): Promise<AsyncDisposable> {
  await driver.admin.ensureTopics(names.map((name) => ({ name, partitions })));
  const streams = createStreams(driver);
  const [orders, payments, mails] = names.map((name) => topic<number>(name, { key: String }));
  if (!orders || !payments || !mails) throw new Error('there are three topics');
  const runs = [
    await streams.run({
      group: uniqueName('g'),
      mode: 'partitioned',
      delivery: 'exactly-once',
      routes: [
        on(orders, ({ value }, { send }) => send(payments, value)),
        on(payments, ({ value }, { send }) => send(mails, value)),
      ],
    }),
    await streams.run({
      group: uniqueName('g'),
      mode: 'competing',
      delivery: 'at-least-once',
      routes: [on(mails, () => undefined)],
    }),
  ];
  await streams.publish(
    orders,
    Array.from({ length: 200 }, (_, value) => value),
  );
  for (const running of runs) await running.caughtUp();
  let mailed = 0;
  for await (const _ of streams.read(mails, { to: 'now' })) mailed += 1;
  expect(mailed).toBe(200);
  return { [Symbol.asyncDispose]: async () => void (await Promise.all(runs.map((run) => run.stop()))) };
}

withRedis('the connections of a process', () => {
  let server: RedisServer;
  let cluster: RedisCluster;
  beforeAll(async () => {
    [server, cluster] = await Promise.all([startRedis(), startRedisCluster({ nodeTimeoutMs: 3_000 })]);
    for (const node of [server, ...cluster.nodes])
      await node.command('ACL', 'SETUSER', 'shop', 'on', '>old', '~*', '&*', '+@all');
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await cluster[Symbol.asyncDispose]();
  });

  test('to one server are five at most', async () => {
    await using driver = await openRedis(`redis://shop:old@127.0.0.1:${server.port}`);
    await using _ = await work(driver);
    expect(await connectionsOf([server], 'shop')).toBeLessThanOrEqual(5);
  });

  test('to a Cluster are two for each node and each partition number, and one', async () => {
    await using driver = await openRedis(cluster.url.replace('//', '//shop:old@'));
    await using _ = await work(driver);
    const most = 2 * cluster.nodes.length + 2 * partitions + 1;
    expect(await connectionsOf(cluster.nodes, 'shop')).toBeLessThanOrEqual(most);
  });

  test('to a Cluster take a password that is rotated', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'redis-password-'));
    using _ = { [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
    const file = join(folder, 'password');
    writeFileSync(file, 'old\n');
    const url = `${cluster.url.replace('//', '//shop@')}?passwordFile=${encodeURIComponent(file)}`;
    await using driver = await openRedis(url);
    const name = uniqueName('t');
    await driver.admin.ensureTopics([{ name, partitions: 3 }]);
    const append = async (value: string): Promise<void> => {
      for (const partition of [0, 1, 2])
        await driver.append(records(name, [value], partition), { acks: 'all' });
    };
    await append('a');
    for (const node of cluster.nodes) await node.command('ACL', 'SETUSER', 'shop', 'resetpass', '>new');
    writeFileSync(file, 'new\n');
    for (const node of cluster.nodes) await node.command('CLIENT', 'KILL', 'USER', 'shop');
    await vi.waitFor(() => append('b'), { timeout: 30_000, interval: 20 });
    await vi.waitFor(() => driver.admin.describe(name), { timeout: 30_000, interval: 20 });
    for (const partition of [0, 1, 2])
      expect(new Set(await stored(driver, name, partition))).toEqual(new Set(['a', 'b']));
  });
});
