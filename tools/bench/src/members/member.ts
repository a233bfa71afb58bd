import { on, openStreams, topic } from '@millrace/streams';
import { type Sample, transform } from '../workload.ts';
import type { FromMember, MemberOrder } from './order.ts';

/** A member process that moves messages exactly once. */
const { url, namespace, batch } = JSON.parse(process.argv[2] ?? '{}') as MemberOrder;
const streams = await openStreams(url, { namespace });
const [input, output] = ['input', 'output'].map((name) => topic<Sample>(name, { key: ({ key }) => key }));
if (!(input && output)) throw new Error('there are two topics');

const held = new Set<number>();
await streams.run({
  group: 'move',
  mode: 'partitioned',
  delivery: 'exactly-once',
  batch,
  // It is stopped while the topic is filled.
  leaseMs: 60_000,
  routes: [
    on(input, (message, context) => {
      context.send(output, transform(message.value));
    }),
  ],
  observer: {
    leaseGained: ({ partition }) => tell({ leases: held.add(partition).size }),
    leaseEnded: ({ partition }) => {
      held.delete(partition);
      tell({ leases: held.size });
    },
    committed: ({ records }) => tell({ settled: records.length }),
  },
});
process.on('message', async (message) => {
  if (message !== 'end') return;
  await streams[Symbol.asyncDispose]();
  process.exit();
});

function tell(message: FromMember): void {
  process.send?.(message);
}
