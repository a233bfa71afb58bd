import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Driver } from '@millrace/streams';
import { medianWait, type RedisServer, requireService, startRedis, summaryOfWaits } from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { fetchCount, firstLease, joinOptions, records, uniqueName } from './support.ts';

const withRedis = requireService('redis');

const kills = 20;
const leaseMs = 600;
const program = fileURLToPath(new URL('hold-lease.ts', import.meta.url));

withRedis('a partition whose owner is gone', () => {
  let server: RedisServer;
  let driver: Driver;

  beforeAll(async () => {
    server = await startRedis();
    driver = await openRedis(server.url);
  });
  afterAll(async () => {
    await driver[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  test('by kill -9 is taken over within twice the lease time, first the pending record', async () => {
    const waits: number[] = [];
    for (let kill = 0; kill < kills; kill++) {
      const [topic, group] = await prepare(driver);
      const owner = await holder(server.url, topic, group);
      await using successor = await driver.join(group, joinOptions([topic], { leaseMs }));
      owner.kill('SIGKILL');
      const killed = performance.now();
      const [record] = await fetchCount(await firstLease(successor), 1);
      waits.push(performance.now() - killed);
      expect(record?.attempt).toBe(2);
    }
    console.log(`take-over after kill -9, lease time ${leaseMs} ms: ${summaryOfWaits(waits)}`);
    expect(medianWait(waits)).toBeLessThan(2 * leaseMs);
  });

  test('by kill -9 is taken over also when the clock of the server is set back around it', async () => {
    const [topic, group] = await prepare(driver);
    const owner = await holder(server.url, topic, group);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    // As if all that was written an hour ahead of the present time.
    const lease = `millrace:{P0}:${group}:lease`;
    const ahead = Date.now() + 3_600_000;
    await server.command('HSET', lease, 'expires', ahead);
    const [, name = ''] = /\r\n(\S+)\r\n$/.exec(await server.command('HGET', lease, 'owner')) ?? [];
    await server.command('ZADD', `millrace:{${group}}:members`, ahead, name);
    await using successor = await driver.join(group, joinOptions([topic], { leaseMs }));
    const [record] = await fetchCount(await firstLease(successor), 1);
    expect(record?.attempt).toBe(2);
  });

  test('by kill -9 loses what it had in hand of a competing group also when the clock of the server is set back around it', async () => {
    const settings = ['--appendonly', 'no', '--rdbcompression', 'no', '--rdbchecksum', 'no'];
    await using own = await startRedis({ arguments: settings });
    await using ownDriver = await openRedis(own.url);
    const [topic, group] = await prepare(ownDriver);
    const begun = Date.now();
    const owner = await holder(own.url, topic, group, 'competing');
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    await own.command('SAVE');
    const [, folder = ''] = /dir\r\n\$\d+\r\n(.+)\r\n/.exec(await own.command('CONFIG', 'GET', 'dir')) ?? [];
    await own.kill();
    setAhead(join(folder, 'dump.rdb'), begun, 3_600_000);
    await own.start();
    await using successor = await ownDriver.compete(group, joinOptions([topic], { leaseMs }));
    const attempts: number[] = [];
    while (attempts.length < 3)
      attempts.push(...(await fetchCount(successor, 1)).map(({ attempt }) => attempt));
    expect(attempts.sort()).toEqual([1, 1, 2]);
  });

  test('by a graceful stop is handed over in under 300 ms, however long the lease', async () => {
    const waits: number[] = [];
    for (let stop = 0; stop < kills; stop++) {
      const [topic, group] = await prepare(driver);
      await using other = await openRedis(server.url);
      const owner = await other.join(group, joinOptions([topic], { leaseMs: 600_000 }));
      await fetchCount(await firstLease(owner), 1);
      await using successor = await driver.join(group, joinOptions([topic], { leaseMs: 600_000 }));
      const stopped = performance.now();
      await owner[Symbol.asyncDispose]();
      const [record] = await fetchCount(await firstLease(successor), 1);
      waits.push(performance.now() - stopped);
      expect(record?.attempt).toBe(1);
    }
    console.log(`hand-over at a graceful stop: ${summaryOfWaits(waits)}`);
    expect(medianWait(waits)).toBeLessThan(300);
  });

  test('many times leaves no names behind', async () => {
    const [topic, group] = await prepare(driver);
    for (let member = 0; member < 1_000; member++) {
      await using membership = await driver.join(group, joinOptions([topic], { leaseMs: 60_000 }));
      if (member % 10 === 0) await fetchCount(await firstLease(membership), 1);
    }
    const consumers = await server.command('XINFO', 'CONSUMERS', `${topic}:{P0}`, group);
    expect(consumers.match(/name/g)?.length ?? 0).toBeLessThanOrEqual(2);
    expect((await driver.admin.describeGroup(group)).members).toEqual([]);
  });
});

async function prepare(driver: Driver): Promise<[topic: string, group: string]> {
  const topic = uniqueName('t');
  await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
  await driver.append(records(topic, ['a', 'b', 'c']), { acks: 'leader' });
  return [topic, uniqueName('g')];
}

/** What a snapshot holds as a time since then, of deliveries and of consumers, is so many milliseconds later. */
function setAhead(file: string, since: number, milliseconds: number): void {
  const bytes = readFileSync(file);
  for (let at = 0; at + 8 <= bytes.length; at++) {
    const time = bytes.readBigInt64LE(at);
    if (time >= since && time <= Date.now()) bytes.writeBigInt64LE(time + BigInt(milliseconds), at);
  }
  writeFileSync(file, bytes);
}

async function holder(
  url: string,
  topic: string,
  group: string,
  mode: 'partitioned' | 'competing' = 'partitioned',
): Promise<ChildProcess> {
  const child = fork(program, [url, topic, group, String(leaseMs), mode], {
    execArgv: ['--conditions=@millrace/source'],
  });
  await once(child, 'message');
  return child;
}
