import type { Driver, Notice } from '@millrace/streams';
import { type RedisServer, requireService, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { fetchCount, firstLease, joinOptions, records, stored, uniqueName, waitFor } from './support.ts';

const withRedis = requireService('redis');

const leaseMs = 300;

withRedis('records that are trimmed while a group has them in hand', () => {
  let server: RedisServer;
  let driver: Driver;
  let topic: string;
  let group: string;
  let lost: Notice[];

  beforeAll(async () => {
    server = await startRedis();
    driver = await openRedis(server.url);
    driver.onNotice((notice) => {
      if (notice.kind === 'records-lost') lost.push(notice);
    });
  });
  afterAll(async () => {
    await driver[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    [topic, group, lost] = [uniqueName('t'), uniqueName('g'), []];
    await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
  });

  const trimAll = (): Promise<number> => driver.admin.trim(topic, { keep: 0, evenIfUnacknowledged: true });
  const compete = () => driver.compete(group, joinOptions([topic], { leaseMs }));
  const pending = async (): Promise<number | undefined> =>
    (await driver.admin.describeGroup(group)).partitions[0]?.pending;
  const idleMs = async (): Promise<number> =>
    (await driver.admin.pending(group, { limit: 1 }))[0]?.idleMs ?? 0;
  const reported = (): unknown[] => lost.map(({ details }) => [details['topic'], details['ids']]);

  test('are told from those that are acknowledged elsewhere while a competing member recovers what it has missed', async () => {
    const stream = `${topic}:{P0}`;
    await using member = await compete();
    for (let round = 0; round < 5; round++) {
      const values = Array.from({ length: 300 }, (_, index) => String(index));
      const positions = await driver.append(records(topic, values), { acks: 'leader' });
      // As by a read whose reply was lost.
      const read = ['GROUP', group, member.member, 'COUNT', 300, 'STREAMS', stream, '>'];
      await server.command('XREADGROUP', ...read);
      await server.command('PUBLISH', `millrace:{${group}}:changes`, 'given back');
      const end = new AbortController();
      const recovered = member.fetch(300, { signal: end.signal });
      await server.command('XACK', stream, group, ...positions.map(({ offset }) => offset));
      end.abort();
      await member.commit((await recovered).map((record) => ({ record, acknowledged: true, outputs: [] })));
      await waitFor('nothing is pending', async () => (await pending()) === 0);
    }
    expect(lost).toEqual([]);
  });

  test('are committed by a competing member that handles them for longer than the lease', async () => {
    const output = uniqueName('o');
    await driver.admin.ensureTopics([{ name: output, partitions: 1 }]);
    await driver.append(records(topic, ['job']), { acks: 'leader' });
    await using member = await compete();
    const [record] = await fetchCount(member, 1);
    if (!record) throw new Error('a record was expected');
    await trimAll();
    await using other = await compete();
    const nothing = other.fetch(1, { signal: AbortSignal.timeout(5 * leaseMs) });
    await waitFor('the entry is idle for twice the lease time', async () => (await idleMs()) > 2 * leaseMs);
    expect(await nothing).toEqual([]);
    const outputs = records(output, ['done']);
    expect(await member.commit([{ record, acknowledged: true, outputs }])).toEqual(['committed']);
    expect(await stored(driver, output)).toEqual(['done']);
    expect(await pending()).toBe(0);
    expect(lost).toEqual([]);
  });

  test('stay in the hands of a competing member that deliveryCount them again', async () => {
    await driver.append(records(topic, ['job']), { acks: 'leader' });
    await using member = await compete();
    const [record] = await fetchCount(member, 1);
    if (!record) throw new Error('a record was expected');
    await trimAll();
    const failed = { record, acknowledged: false, outputs: [], attempts: 1 };
    expect(await member.commit([failed])).toEqual(['committed']);
    expect(await member.commit([{ record, acknowledged: true, outputs: [] }])).toEqual(['committed']);
    expect(lost).toEqual([]);
  });

  test('are reported when a competing member gives them back', async () => {
    const [position] = await driver.append(records(topic, ['job']), { acks: 'leader' });
    await using member = await compete();
    const deliveries = await fetchCount(member, 1);
    await trimAll();
    await member.release(deliveries);
    expect(reported()).toEqual([[topic, position?.offset]]);
    expect(await pending()).toBe(0);
  });

  test('are reported when their competing owner is gone', async () => {
    const [position] = await driver.append(records(topic, ['job']), { acks: 'leader' });
    await using member = await compete();
    await member[Symbol.asyncDispose]();
    await server.command('XREADGROUP', 'GROUP', group, 'gone', 'STREAMS', `${topic}:{P0}`, '>');
    await trimAll();
    await using successor = await compete();
    const fetching = new AbortController();
    const fetched = successor.fetch(1, { signal: fetching.signal });
    await waitFor('the loss is reported', async () => lost.length > 0);
    fetching.abort();
    expect(await fetched).toEqual([]);
    expect(reported()).toEqual([[topic, position?.offset]]);
  });

  test('are reported when somebody claims them for a member', async () => {
    const positions = await driver.append(records(topic, ['gone', 'there']), { acks: 'leader' });
    await using member = await compete();
    await member[Symbol.asyncDispose]();
    await server.command('XREADGROUP', 'GROUP', group, 'gone', 'STREAMS', `${topic}:{P0}`, '>');
    await driver.admin.trim(topic, { keep: 1, evenIfUnacknowledged: true });
    const moved = await driver.admin.claim(group, 'somebody', { positions, minIdleMs: 0 });
    expect(moved).toEqual(positions.slice(1));
    expect(reported()).toEqual([[topic, positions[0]?.offset]]);
  });

  test('are reported when a lease is given back', async () => {
    const positions = await driver.append(records(topic, ['a', 'b', 'c']), { acks: 'leader' });
    await using membership = await driver.join(group, joinOptions([topic]));
    const lease = await firstLease(membership);
    await fetchCount(lease, 3);
    await driver.admin.trim(topic, { keep: 1, evenIfUnacknowledged: true });
    await lease[Symbol.asyncDispose]();
    const ids = positions.slice(0, 2).map(({ offset }) => offset);
    expect(reported()).toEqual([[topic, ids.join(' ')]]);
    expect(await pending()).toBe(1);
  });

  test('are reported after an attempt on them failed and their owner went', async () => {
    const [position] = await driver.append(records(topic, ['a']), { acks: 'leader' });
    await using membership = await driver.join(group, joinOptions([topic]));
    const lease = await firstLease(membership);
    const [record] = await fetchCount(lease, 1);
    if (!record) throw new Error('a record was expected');
    await trimAll();
    const nothing = { acknowledged: [], outputs: [], state: [], dedupeIds: [] };
    await lease.commit({ ...nothing, failed: { record, attempts: 1 } });
    expect(await pending()).toBe(1);
    await lease[Symbol.asyncDispose]();
    expect(reported()).toEqual([[topic, position?.offset]]);
  });

  test('are committed by the lease that has them, and not reported', async () => {
    await driver.append(records(topic, ['a']), { acks: 'leader' });
    await using membership = await driver.join(group, joinOptions([topic]));
    const lease = await firstLease(membership);
    const acknowledged = await fetchCount(lease, 1);
    await trimAll();
    await lease.commit({ acknowledged, outputs: [], state: [], dedupeIds: [] });
    await lease[Symbol.asyncDispose]();
    expect(lost).toEqual([]);
    expect(await pending()).toBe(0);
  });
});
