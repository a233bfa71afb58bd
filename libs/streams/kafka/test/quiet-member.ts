import { on, store, topic } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { openKafka } from '../src/index.ts';

/** A member in a process of its own that does what members do and says nothing. */
const [url = '', name = ''] = process.argv.slice(2);
await using streams = createStreams(await openKafka(url));
const [numbers, sums, total] = [topic<number>(name), topic<number>(`${name}-sums`), store<number>('total')];
await streams.admin.ensureTopics([numbers, sums].map((each) => ({ name: each.name, partitions: 2 })));
const running = await streams.run({
  group: `g-${name}`,
  mode: 'partitioned',
  delivery: 'exactly-once',
  stores: [total],
  dedupe: { window: { count: 100 } },
  routes: [
    on(numbers, async ({ value }, context) => {
      const state = context.state(total);
      const sum = ((await state.get('sum')) ?? 0) + value;
      state.set('sum', sum);
      context.send(sums, sum);
    }),
  ],
});
for (let value = 0; value < 100; value++)
  await streams.publish(numbers, [value], { acks: value % 2 ? 'all' : 'leader' });
await running.caughtUp();
await running.stop();
for await (const message of streams.read(sums, { to: 'now' })) if (message.value > 2_000) console.log('done');
