import { once } from 'node:events';
import type { Lease } from '@millrace/streams/driver';
import { type RedisServer, requireService, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { joinOptions, records, uniqueName } from './support.ts';

const withRedis = requireService('redis');

withRedis('a lease that runs out while its member lives', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('costs what was in hand no attempt; only what is the oldest in hand twice in a row had one', async () => {
    await using driver = await openRedis(server.url);
    const [topic, group] = [uniqueName('t'), uniqueName('g')];
    await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
    await driver.append(records(topic, ['a', 'b', 'c', 'd']), { acks: 'leader' });
    const membership = await driver.join(group, joinOptions([topic], { leaseMs: 700 }));
    const leases = membership[Symbol.asyncIterator]();
    const next = async (): Promise<Lease> => (await leases.next()).value as Lease;

    const first = await next();
    expect(await attemptsOf(first, 4)).toEqual(['a 1', 'b 1', 'c 1', 'd 1']);
    await runOut(first);
    const second = await next();
    expect(await attemptsOf(second, 4)).toEqual(['a 1', 'b 1', 'c 1', 'd 1']);
    await runOut(second);
    const third = await next();
    const again = await fetch(third, 4);
    expect(again.map(textOf)).toEqual(['a 2', 'b 1', 'c 1', 'd 1']);
    await third.commit({ acknowledged: again.slice(0, 1), outputs: [], state: [], dedupeIds: [] });
    await runOut(third);
    expect(await attemptsOf(await next(), 3)).toEqual(['b 1', 'c 1', 'd 1']);
  });

  /** The server stands still until the lease is lost. */
  async function runOut(lease: Lease): Promise<void> {
    server.pause();
    try {
      if (!lease.lost.aborted) await once(lease.lost, 'abort');
    } finally {
      server.resume();
    }
  }
});

type Delivered = Awaited<ReturnType<Lease['fetch']>>;

async function fetch(lease: Lease, count: number): Promise<Delivered> {
  const found: Delivered = [];
  while (found.length < count)
    found.push(...(await lease.fetch(count - found.length, { signal: AbortSignal.timeout(20_000) })));
  return found;
}

async function attemptsOf(lease: Lease, count: number): Promise<string[]> {
  return (await fetch(lease, count)).map(textOf);
}

function textOf({ value, attempt }: Delivered[number]): string {
  return `${value} ${attempt}`;
}
