import {
  type RedisServer,
  type ReplyProxy,
  requireService,
  startRedis,
  startReplyProxy,
} from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadScript } from '../src/commands/script.ts';
import { openRedis } from '../src/index.ts';
import {
  fetchCount,
  firstLease,
  joinOptions,
  records,
  stored,
  stubbornly,
  texts,
  uniqueName,
} from './support.ts';

const withRedis = requireService('redis');

/** Connections that drop after the server ran a command and before its reply arrived. */
withRedis('replies that are lost', () => {
  let server: RedisServer;
  let proxy: ReplyProxy;

  beforeAll(async () => {
    server = await startRedis();
    proxy = await startReplyProxy(server.port);
  });
  afterAll(async () => {
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  test('of XREADGROUP: the entries are handled by the same member, once and counted once', async () => {
    await using driver = await openRedis(`redis://127.0.0.1:${proxy.port}`);
    const [topic, group] = [uniqueName('t'), uniqueName('g')];
    await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
    await using membership = await driver.join(group, joinOptions([topic]));
    const lease = await firstLease(membership);
    await driver.append(records(topic, ['a', 'b', 'c']), { acks: 'leader' });
    const eaten = proxy.eatReplyTo('XREADGROUP');
    const deliveries = await fetchCount(lease, 3);
    await eaten;
    expect(texts(deliveries)).toEqual(['a', 'b', 'c']);
    expect(deliveries.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
    await lease.commit({ acknowledged: deliveries, outputs: [], state: [], dedupeIds: [] });
    expect(await server.command('XPENDING', `${topic}:{P0}`, group)).toMatch(/^\*4\r\n:0\r\n/);
  });

  test('of XREADGROUP: a competing member gets its entries too', async () => {
    await using driver = await openRedis(`redis://127.0.0.1:${proxy.port}`);
    const [topic, group] = [uniqueName('t'), uniqueName('g')];
    await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
    const { start, acks, leaseMs, maxInFlight: window } = joinOptions([topic]);
    await using member = await driver.compete(group, {
      topics: [topic],
      start,
      acks,
      leaseMs: leaseMs * 100,
      maxInFlight: window,
    });
    await driver.append(records(topic, ['a', 'b']), { acks: 'leader' });
    const eaten = proxy.eatReplyTo('XREADGROUP');
    const deliveries = await fetchCount(member, 2);
    await eaten;
    expect(texts(deliveries)).toEqual(['a', 'b']);
  });

  test('of a commit: the repeated step is stored once', async () => {
    await using driver = await openRedis(`redis://127.0.0.1:${proxy.port}`);
    const [topic, output, group] = [uniqueName('t'), uniqueName('o'), uniqueName('g')];
    await driver.admin.ensureTopics([topic, output].map((name) => ({ name, partitions: 1 })));
    await driver.append(records(topic, ['a']), { acks: 'leader' });
    await using membership = await driver.join(group, joinOptions([topic]));
    const lease = await firstLease(membership);
    const acknowledged = await fetchCount(lease, 1);
    const step = { acknowledged, outputs: records(output, ['made of a']), state: [], dedupeIds: [] };
    const { hash, text } = loadScript('commit');
    await server.command('SCRIPT', 'LOAD', text);
    const eaten = proxy.eatReplyTo(hash);
    await stubbornly(() => lease.commit(step));
    await eaten;
    expect(await stored(driver, output)).toEqual(['made of a']);
  });

  test('of an append once: the repeated append is stored once', async () => {
    await using driver = await openRedis(`redis://127.0.0.1:${proxy.port}`);
    const topic = uniqueName('t');
    await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
    const once = { producer: 'p', sequence: 1 };
    await server.command('SCRIPT', 'LOAD', loadScript('append').text);
    const eaten = proxy.eatReplyTo(loadScript('append').hash);
    await stubbornly(() => driver.append(records(topic, ['a']), { acks: 'leader', once }));
    await eaten;
    expect(await stored(driver, topic)).toEqual(['a']);
  });
});
