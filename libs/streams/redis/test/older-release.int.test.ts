import { readFileSync } from 'node:fs';
import { on, type Streams, store, topic } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { type RedisServer, requireService, startRedis } from '@millrace/testing';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { stored } from './support.ts';

const withRedis = requireService('redis');

interface Order {
  readonly id: string;
  readonly n: number;
}

const orders = topic<Order>('orders', { key: () => 'k', id: ({ id }) => id });
const totals = topic<number>('totals', { key: () => 'k' });
const sums = store<number>('sums');

/**
 * Every key, as DUMP gave it (base64), that the code of commit d598887 left behind: orders 1 to 3 published with `once`,
 * summed by a group that deduplicates; a member of the competing group `workers` had the first two in flight, the summing
 * one order 4, when their process was killed.
 */
const written = new URL('./fixtures/written-by-d598887.json', import.meta.url);

withRedis('data written by an earlier release', () => {
  test('is gone on with: positions, state, dedupe ids, producers, pending entries, retention', async () => {
    await using server = await startRedis();
    await restore(server);
    await using driver = await openRedis(server.url);
    const streams = createStreams(driver);
    expect(await streams.admin.describe(orders)).toMatchObject({
      retention: { maxRecords: 1_000, evenIfUnacknowledged: true },
    });
    expect(await streams.admin.lag('sum')).toBe(1);
    expect(await streams.admin.lag('workers')).toBe(4);
    await streams.publish(orders, [{ id: 'repeat', n: 100 }], { once: { producer: 'p', sequence: 7 } });
    expect(await stored(driver, 'orders')).toHaveLength(4);
    await streams.publish(orders, [
      { id: 'o2', n: 2 },
      { id: 'o5', n: 5 },
    ]);
    const attempts: string[] = [];
    const summing = await streams.run({
      group: 'sum',
      mode: 'partitioned',
      delivery: 'exactly-once',
      stores: [sums],
      dedupe: { window: { count: 100 } },
      routes: [
        on(orders, async ({ value, attempt }, context) => {
          attempts.push(`${value.id} ${attempt}`);
          const sum = ((await context.state(sums).get('k')) ?? 0) + value.n;
          context.state(sums).set('k', sum);
          context.send(totals, sum);
        }),
      ],
    });
    await summing.caughtUp();
    expect(attempts).toEqual(['o4 2', 'o5 1']);
    expect(await stored(driver, 'totals')).toEqual(['1', '3', '6', '10', '15']);
    await summing.stop();
    expect((await handledByWorkers(streams)).toSorted()).toEqual([
      'o1 2',
      'o2 1',
      'o2 2',
      'o3 1',
      'o4 1',
      'o5 1',
    ]);
  });
});

/** Each message with its attempt. */
async function handledByWorkers(streams: Streams): Promise<string[]> {
  const handled: string[] = [];
  const route = on(orders, ({ value: { id }, attempt }) => void handled.push(`${id} ${attempt}`));
  const options = {
    group: 'workers',
    mode: 'competing',
    delivery: 'at-least-once',
    routes: [route],
  } as const;
  await using working = await streams.run(options);
  await working.caughtUp();
  return handled;
}

async function restore(server: RedisServer): Promise<void> {
  const dumps = JSON.parse(readFileSync(written, 'utf8')) as Readonly<Record<string, string>>;
  const client = new Redis(server.url, { protocol: 2 });
  for (const [key, dump] of Object.entries(dumps)) await client.restore(key, 0, Buffer.from(dump, 'base64'));
  client.disconnect();
}
