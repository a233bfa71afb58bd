import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { on, store, topic } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { expect, test } from 'vitest';
import { stored, testLog } from './support/log.ts';

interface Order {
  readonly id: string;
  readonly n: number;
}

const orders = topic<Order>('orders', { key: () => 'k', id: ({ id }) => id });
const totals = topic<number>('totals', { key: () => 'k' });
const sums = store<number>('sums');

/**
 * The file was written by the code of commit d598887: orders 1 to 3 published with `once`, summed by a group that
 * deduplicates; a member of the competing group `workers` took the first two; order 4 came, and the process was killed.
 */
const written = new URL('./fixtures/written-by-d598887.db.gz', import.meta.url);

test('a log written by an earlier release is gone on with: positions, state, dedupe ids, producers, what is in hand', async () => {
  await using log = testLog();
  writeFileSync(log.file, gunzipSync(readFileSync(written)));
  const driver = await log.open();
  const streams = createStreams(driver);
  expect(await streams.admin.describe(orders)).toMatchObject({
    retention: { maxRecords: 1_000, evenIfUnacknowledged: true },
  });
  await streams.publish(orders, [{ id: 'repeat', n: 100 }], { once: { producer: 'p', sequence: 7 } });
  expect(await stored(driver)).toHaveLength(4);
  await streams.publish(orders, [
    { id: 'o2', n: 2 },
    { id: 'o5', n: 5 },
  ]);
  const summing = await streams.run({
    group: 'sum',
    mode: 'partitioned',
    delivery: 'exactly-once',
    stores: [sums],
    dedupe: { window: { count: 100 } },
    routes: [
      on(orders, async ({ value }, context) => {
        const sum = ((await context.state(sums).get('k')) ?? 0) + value.n;
        context.state(sums).set('k', sum);
        context.send(totals, sum);
      }),
    ],
  });
  await summing.caughtUp();
  const sent: number[] = [];
  for await (const { value } of streams.read(totals, { to: 'now' })) sent.push(value);
  expect(sent).toEqual([1, 3, 6, 10, 15]);
  const handled: string[] = [];
  const working = await streams.run({
    group: 'workers',
    mode: 'competing',
    delivery: 'at-least-once',
    routes: [on(orders, ({ value, attempt }) => void handled.push(`${value.id} ${attempt}`))],
  });
  await working.caughtUp();
  expect(handled.toSorted()).toEqual(['o1 2', 'o2 1', 'o2 2', 'o3 1', 'o4 1', 'o5 1']);
});
