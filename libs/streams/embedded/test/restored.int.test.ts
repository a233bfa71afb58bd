import { copyFileSync } from 'node:fs';
import { external, type Notice, on, onBatch, type Position, store, topic } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { expect, test } from 'vitest';
import { openEmbedded } from '../src/index.ts';
import { testLog } from './support/log.ts';

const orders = topic<string>('orders');
const totals = topic<number>('totals');
const counts = store<number>('counts');

test('a log restored from an older copy between runs goes on from the copy, state and positions together', async () => {
  await using log = testLog();
  const counting = async (publish: readonly string[]): Promise<number[]> => {
    await using streams = createStreams(await openEmbedded(log.file));
    await streams.admin.ensureTopics(['orders', 'totals'].map((name) => ({ name, partitions: 1 })));
    await streams.publish(orders, publish);
    const running = await streams.run({
      group: 'g',
      mode: 'partitioned',
      delivery: 'exactly-once',
      stores: [counts],
      routes: [
        on(orders, async (_message, context) => {
          const count = ((await context.state(counts).get('all')) ?? 0) + 1;
          context.state(counts).set('all', count);
          context.send(totals, count);
        }),
      ],
    });
    await running.caughtUp();
    await running.stop();
    const sent: number[] = [];
    for await (const { value } of streams.read(totals, { to: 'now' })) sent.push(value);
    return sent;
  };
  expect(await counting(['a', 'b'])).toEqual([1, 2]);
  copyFileSync(log.file, `${log.file}.copy`);
  expect(await counting(['c', 'd'])).toEqual([1, 2, 3, 4]);
  copyFileSync(`${log.file}.copy`, log.file);
  expect(await counting(['e'])).toEqual([1, 2, 3]);
});

test('a group whose positions in another database are ahead of a restored log says so and misses nothing that comes', async () => {
  await using log = testLog();
  let saved: Position | undefined;
  const sinking = async (publish: readonly string[]): Promise<readonly [string[], Notice[]]> => {
    const handled: string[] = [];
    const notices: Notice[] = [];
    await using driver = await openEmbedded(log.file);
    driver.onNotice((notice) => notices.push(notice));
    const streams = createStreams(driver);
    await streams.admin.ensureTopics([{ name: 'orders', partitions: 1 }]);
    await streams.publish(orders, publish);
    const running = await streams.run({
      group: 'sink',
      mode: 'partitioned',
      delivery: external({ load: () => (saved ? [saved] : []) }),
      routes: [
        onBatch(orders, 10, (messages, context) => {
          handled.push(...messages.map(({ value }) => value));
          saved = context.last;
        }),
      ],
    });
    await running.caughtUp();
    await running.stop();
    return [handled, notices];
  };
  expect(await sinking(['a', 'b'])).toEqual([['a', 'b'], []]);
  copyFileSync(log.file, `${log.file}.copy`);
  expect(await sinking(['c', 'd', 'e'])).toEqual([['c', 'd', 'e'], []]);
  copyFileSync(`${log.file}.copy`, log.file);
  const [handled, notices] = await sinking(['f']);
  expect(handled).toEqual(['f']);
  expect(notices).toMatchObject([{ kind: 'records-lost', message: expect.stringContaining('older copy') }]);
  expect(saved?.offset).toBe('2');
});
