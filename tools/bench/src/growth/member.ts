import { on, openStreams, store, topic } from '@millrace/streams';
import type { FromMember } from '../members/order.ts';
import type { Sample } from '../workload.ts';
import type { GrowthOrder } from './measure-point.ts';

/** A process that is a member of some groups, and tells how long joining and handling took. */
const { url, namespace, topics, point, expected } = JSON.parse(process.argv[2] ?? '{}') as GrowthOrder;
const streams = await openStreams(url, { namespace });
const inputs = topics.map((name) => topic<Sample>(name, { key: ({ key }) => key }));
const counts = store<number>('counts');

const held = new Set<string>();
let settled = 0;
let first: { readonly at: number; readonly usage: NodeJS.CpuUsage } | undefined;
const began = performance.now();

const observer = {
  leaseGained: ({ group, partition }: { group: string; partition: number }): void => {
    held.add(`${group}:${partition}`);
    tell({ leases: held.size, ...(held.size === expected.leases && { joinMs: performance.now() - began }) });
  },
  leaseEnded: ({ group, partition }: { group: string; partition: number }): void => {
    held.delete(`${group}:${partition}`);
    tell({ leases: held.size });
  },
  committed: ({ records }: { records: readonly unknown[] }): void => {
    settled += records.length;
    if (settled < expected.messages || first === undefined) return;
    const { user, system } = process.cpuUsage(first.usage);
    tell({ settled, handledMs: performance.now() - first.at, handledUs: user + system });
    settled = Number.NEGATIVE_INFINITY;
  },
};

const ofGroup = { mode: 'partitioned', batch: 500, observer } as const;
const joining = Array.from({ length: point.groups }, (_, number) => {
  const group = `group-${number}`;
  if (point.state) {
    return streams.run({
      ...ofGroup,
      group,
      delivery: 'exactly-once',
      stores: [counts],
      routes: inputs.map((input) =>
        on(input, async ({ key }, context) => {
          begin();
          const count = context.state(counts);
          await count.set(key, ((await count.get(key)) ?? 0) + 1);
        }),
      ),
    });
  }
  return streams.run({
    ...ofGroup,
    group,
    delivery: 'at-least-once',
    routes: inputs.map((input) => on(input, begin)),
  });
});
await Promise.all(joining);
process.on('message', async (message) => {
  if (message !== 'end') return;
  await streams[Symbol.asyncDispose]();
  process.exit();
});

function begin(): void {
  first ??= { at: performance.now(), usage: process.cpuUsage() };
}

function tell(message: FromMember): void {
  process.send?.(message);
}
