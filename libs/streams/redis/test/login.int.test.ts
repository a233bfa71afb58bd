import { type RedisServer, requireService, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { fetchCount, firstLease, joinOptions, records, texts, uniqueName } from './support.ts';

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
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test.each(['app', 'quiet'])(
    'of user %s is enough for a group, also without channels and interrupts',
    async (user) => {
      await using driver = await openRedis(`redis://${user}:right@127.0.0.1:${server.port}/0`);
      const [topic, group] = [uniqueName('t'), uniqueName('g')];
      await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
      const membership = await driver.join(group, joinOptions([topic]));
      const lease = await firstLease(membership);
      const coming = fetchCount(lease, 1);
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
});
