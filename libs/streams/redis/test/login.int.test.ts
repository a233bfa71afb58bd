import { readFileSync } from 'node:fs';
import { on, openStreams, store, topic } from '@millrace/streams';
import { type RedisServer, requireService, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { fetchCount, firstLease, joinOptions, records, texts, uniqueName, waitFor } from './support.ts';

const withRedis = requireService('redis');

withRedis('a login', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
    await server.command('ACL', 'SETUSER', 'app', 'on', '>right', '~*', '&*', '+@all');
    await server.command(
      'ACL',
      'SETUSER',
      'quiet',
      'on',
      '>right',
      '~*',
      'resetchannels',
      '+@all',
      '-client|unblock',
    );
    await server.command('ACL', 'SETUSER', 'nameless', 'on', '>right', '~*', '&*', '+@all', '-client');
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test.each(['app', 'quiet', 'nameless'])(
    'of user %s is enough for a group, also without channels and interrupts',
    async (user) => {
      await using driver = await openRedis(`redis://${user}:right@127.0.0.1:${server.port}/0`);
      const [topic, group] = [uniqueName('t'), uniqueName('g')];
      await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
      const membership = await driver.join(group, joinOptions([topic]));
      const lease = await firstLease(membership);
      const coming = fetchCount(lease, 1);
      await waitFor('the server tells of new entries', async () =>
        (await server.command('INFO', 'clients')).includes('blocked_clients:1'),
      );
      await driver.append(records(topic, ['a']), { acks: 'leader' });
      expect(texts(await coming)).toEqual(['a']);
      await membership[Symbol.asyncDispose]();
    },
  );

  test('that is refused fails at once and tells no password', async () => {
    const opening = openRedis(`redis://app:wrong@127.0.0.1:${server.port}`, { connectMs: 60_000 });
    await expect(opening).rejects.toMatchObject({ code: 'UNAUTHORIZED', retryable: false });
    await expect(opening).rejects.not.toThrow(/wrong@|:wrong/);
  });

  test.each([
    ['the keys of its topics alone', ['~shop.*', '&*', '+@all'], /grant it: ~millrace:\*$/],
    ['all keys but not all commands', ['~*', '&*', '+@all', '-xtrim'], /grant it: ~millrace:\* \+xtrim$/],
  ])('that may use %s is told at open what it lacks', async (_what, rights, lacks) => {
    await server.command('ACL', 'SETUSER', 'short', 'reset', 'on', '>right', ...rights);
    const opening = openRedis(`redis://short:right@127.0.0.1:${server.port}`);
    await expect(opening).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringMatching(lacks),
    });
  });

  test('as the documentation gives it is enough for everything that streams do, and for no more', async () => {
    const file = new URL('../../../../docs/operations/running.md', import.meta.url);
    const [, rights = ''] = /ACL SETUSER shop (.+)/.exec(readFileSync(file, 'utf8')) ?? [];
    expect(rights).toContain('~millrace:*');
    await server.command('ACL', 'SETUSER', 'shop', ...rights.split(' '));
    await server.command('ACL', 'LOG', 'RESET');
    const url = `redis://shop:password@127.0.0.1:${server.port}`;
    await using streams = await openStreams(url, { namespace: 'shop' });
    const [orders, totals] = [topic<number>('orders', { key: String }), topic<number>('totals')];
    const sums = store<number>('sums');
    await streams.admin.ensureTopics(['orders', 'totals'].map((name) => ({ name, partitions: 2 })));
    const runs = [
      () =>
        streams.run({
          group: 'sum',
          mode: 'partitioned',
          delivery: 'exactly-once',
          stores: [sums],
          dedupe: { window: { count: 2 } },
          routes: [
            on(orders, async ({ value }, context) => {
              context.state(sums).set('sum', ((await context.state(sums).get('sum')) ?? 0) + value);
              context.send(totals, value);
            }),
          ],
        }),
      () =>
        streams.run({
          group: 'mails',
          mode: 'competing',
          delivery: 'at-least-once',
          routes: [on(totals, () => undefined)],
        }),
    ];
    for (const [index, run] of runs.entries()) {
      const running = await run();
      for (let sequence = 1; sequence <= 5; sequence++)
        await streams.publish(orders, [sequence, 10, 20], { once: { producer: `p${index}`, sequence } });
      await running.caughtUp();
      await running.stop();
    }
    for (const group of await streams.admin.groups()) {
      await streams.admin.describeGroup(group);
      await streams.admin.pending(group, { limit: 10 });
      await streams.admin.seek(group, 'earliest', {});
      await streams.admin.deleteGroup(group);
    }
    await streams.admin.trim('orders', { keep: 1, evenIfUnacknowledged: true });
    for await (const _ of streams.read(orders, { to: 'now' })) break;
    await streams.admin.deleteTopic('orders');
    const log = await server.command('ACL', 'LOG');
    const refused = [...log.matchAll(/\bobject\r\n\$\d+\r\n([^\r]+)/g)].map(([, command]) => command);
    // What it may not know, and works without: the server's settings.
    expect(refused.filter((command) => command !== 'config|get')).toEqual([]);
    await using other = await openStreams(server.url);
    await other.admin.ensureTopics([{ name: 'others', partitions: 1 }]);
    await using stranger = await openStreams(url);
    await expect(stranger.publish(topic<number>('others'), [1])).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
  });
});
