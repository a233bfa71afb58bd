import { on, store, topic } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { requireService, startRedisCluster } from '@millrace/testing';
import { expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { type Bookkeeping, bookkeeping } from './bookkeeping.ts';
import { uniqueName } from './support.ts';

const withRedis = requireService('redis');

/** `BOUNDED_MESSAGES=2000000` repeats the run that docs/decisions/0033 tells of. */
const total = Number(process.env['BOUNDED_MESSAGES'] ?? 20_000);
const rounds = 10;
const perPublish = 500;
const partitions = 6;
const keys = 1_000;
const window = 100;
const batch = 500;

interface Item {
  readonly id: string;
  readonly key: string;
  readonly to: string;
}

withRedis('what is kept beside the records', () => {
  test('does not grow with the messages', { timeout: 3_600_000 }, async () => {
    await using cluster = await startRedisCluster();
    await using streams = createStreams(await openRedis(cluster.url));
    const named = (name: string, key: (item: Item) => string): ReturnType<typeof topic<Item>> =>
      topic<Item>(uniqueName(name), { key, id: ({ id }) => id });
    const [input, output] = [named('in', ({ key }) => key), named('out', ({ to }) => to)];
    await streams.admin.ensureTopics([input, output].map(({ name }) => ({ name, partitions })));
    const counts = store<number>('counts');
    const group = uniqueName('g');
    const history: Bookkeeping[] = [];
    let number = 0;
    for (let round = 0; round < rounds; round++) {
      // A member with a new name in each round, as pods come and go.
      await using members = createStreams(await openRedis(cluster.url));
      await using running = await members.run({
        group,
        mode: 'partitioned',
        delivery: 'exactly-once',
        acks: 'leader',
        batch,
        dedupe: { window: { count: window } },
        stores: [counts],
        routes: [
          on(input, async ({ value }, context) => {
            const state = context.state(counts);
            state.set(value.key, ((await state.get(value.key)) ?? 0) + 1);
            context.send(output, value);
          }),
        ],
      });
      for (const until = ((round + 1) * total) / rounds; number < until; ) {
        const items = Array.from({ length: Math.min(perPublish, until - number) }, () => itemOf(number++));
        const once = { producer: 'bounded', sequence: number };
        await streams.publish(input, items, { acks: 'leader', once });
        if (number % (perPublish * 40) === 0) await running.caughtUp();
      }
      await running.caughtUp();
      await running.stop();
      for (const { name } of [input, output]) await streams.admin.trim(name, { keep: 1_000 });
      history.push(await bookkeeping(cluster));
    }
    console.log(tableOf(history));
    for (const kept of history) {
      expect(kept.get('outbox')?.elements ?? 0).toBe(0);
      expect(kept.get('state')?.elements).toBe(keys);
      expect(kept.get('seen')?.elements).toBeLessThanOrEqual(partitions * (2 * window + batch));
    }
    const [early, late] = [history.slice(0, rounds / 2), history.slice(rounds / 2)];
    expect(Math.max(...late.map(bytesOf))).toBeLessThan(Math.max(...early.map(bytesOf)) * 1.25);
  });
});

function itemOf(number: number): Item {
  return { id: `i${number}`, key: `k${number % keys}`, to: `k${(number * 7) % keys}` };
}

function bytesOf(kept: Bookkeeping): number {
  return [...kept.values()].reduce((sum, { bytes }) => sum + bytes, 0);
}

function tableOf(history: readonly Bookkeeping[]): string {
  const kinds = [...new Set(history.flatMap((kept) => [...kept.keys()]))].sort();
  const lines = history.map((kept, round) => {
    const parts = kinds.map((kind) => `${kind} ${kept.get(kind)?.elements ?? 0}`);
    return `${((round + 1) * total) / rounds} messages: ${bytesOf(kept)} bytes (${parts.join(', ')})`;
  });
  return lines.join('\n');
}
