import { on, topic } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { type RedisServer, requireService, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { records, uniqueName, waitFor } from './support.ts';

const withRedis = requireService('redis');

withRedis('entries that others wrote', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('as by redis-cli are messages: objects of their fields, in a group too', async () => {
    const name = uniqueName('Email');
    await server.command('XADD', name, '*', 'subject', '1st email', 'to', 'ann');
    await using driver = await openRedis(server.url);
    await using streams = createStreams(driver);
    const seen: unknown[] = [];
    const emails = topic<{ subject: string }>(name);
    for await (const { value, key } of streams.read(emails, { to: 'now' })) seen.push([key, value]);
    expect(seen).toEqual([[null, { subject: '1st email', to: 'ann' }]]);
    const handled: string[] = [];
    await using running = await streams.run({
      group: uniqueName('g'),
      mode: 'partitioned',
      delivery: 'at-least-once',
      deadLetter: false,
      routes: [on(emails, ({ value }) => void handled.push(value.subject))],
    });
    await server.command('XADD', name, '*', 'subject', '2nd email');
    await waitFor('both are handled', async () => handled.length === 2);
    expect(handled).toEqual(['1st email', '2nd email']);
    await running.stop();
  });

  test('beside ours: a key is the key, and fields of no meaning are kept', async () => {
    await using driver = await openRedis(server.url);
    const name = uniqueName('t');
    await driver.admin.ensureTopics([{ name, partitions: 1 }]);
    await driver.append(records(name, ['ours']), { acks: 'leader' });
    await server.command('XADD', `${name}:{P0}`, '*', 'key', 'k', 'value', 'v', 'note', 'n');
    const found: unknown[] = [];
    for await (const chunk of driver.read(name, 0, 'earliest', { to: 'now', max: 10 })) {
      for (const { key, value } of chunk)
        found.push([key && Buffer.from(key).toString(), Buffer.from(value ?? []).toString()]);
    }
    expect(found).toEqual([
      [null, 'ours'],
      ['k', '{"key":"k","value":"v","note":"n"}'],
    ]);
  });

  test('in streams named as partitions make a topic of as many', async () => {
    const name = uniqueName('t');
    for (const partition of [0, 1, 2])
      await server.command('XADD', `${name}:{P${partition}}`, '*', 'a', partition);
    await using driver = await openRedis(server.url);
    expect(await driver.partitions(name)).toBe(3);
    await expect(driver.admin.ensureTopics([{ name, partitions: 2 }])).rejects.toMatchObject({
      code: 'TOPIC_MISMATCH',
    });
  });
});
