import { isStreamsError } from '@millrace/streams';
import type { Lease } from '@millrace/streams/driver';
import {
  type RedisServer,
  type ReplyProxy,
  requireService,
  startRedis,
  startReplyProxy,
} from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { joinOptions, records, texts, uniqueName } from './support.ts';

const withRedis = requireService('redis');

const leaseMs = 500;

/** A server, or a member, that is short of CPU: every answer is late. */
withRedis('replies that are late', () => {
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

  test('a member whose lease is shorter than an answer takes gets its work done all the same', async () => {
    const [topic, group] = [uniqueName('t'), uniqueName('g')];
    await using near = await openRedis(server.url);
    await near.admin.ensureTopics([{ name: topic, partitions: 1 }]);
    await near.append(records(topic, ['a', 'b', 'c']), { acks: 'leader' });
    await using far = await openRedis(`redis://127.0.0.1:${proxy.port}`);
    proxy.delayReplies(600);
    const membership = await far.join(group, joinOptions([topic], { leaseMs }));
    const done: string[] = [];
    for await (const lease of membership) {
      while (done.length < 3 && !lease.lost.aborted) done.push(...(await commitOne(lease)));
      if (done.length === 3) break;
    }
    expect(done).toEqual(['a', 'b', 'c']);
    proxy.delayReplies(0);
  });
});

/** The text of a record that was handled and acknowledged; nothing when the lease was lost over it. */
async function commitOne(lease: Lease): Promise<string[]> {
  const acknowledged = await lease.fetch(1, { signal: lease.lost });
  try {
    await lease.commit({ acknowledged, outputs: [], state: [], dedupeIds: [] });
    return texts(acknowledged);
  } catch (error) {
    if (isStreamsError(error, 'FENCED')) return [];
    throw error;
  }
}
