import { openStreams, topic } from '@millrace/streams';
import { removeAll } from '../ours/remove-all.ts';
import { median, type Row } from '../row.ts';
import { type Sample, samples, type Workload } from '../workload.ts';
import { Members } from './members.ts';
import type { MemberOrder } from './order.ts';

const counts = [1, 2, 4] as const;

export interface MemberComparison {
  readonly url: string;
  readonly backend: string;
  readonly rounds: number;
  readonly workload: Workload;
  readonly progress: (text: string) => void;
}

/** How much faster two and four member processes move the same messages exactly once than one does. */
export async function compareMembers(comparison: MemberComparison): Promise<Row[]> {
  const { backend, rounds, progress } = comparison;
  const rates = new Map<number, number[]>(counts.map((count) => [count, []]));
  for (let round = 0; round < rounds; round++) {
    for (const count of round % 2 === 0 ? counts : counts.toReversed()) {
      progress(`members, round ${round + 1} of ${rounds}: ${count}`);
      rates.get(count)?.push(await run(comparison, count, `members-${process.pid}-${round}-${count}`));
    }
  }
  const theirs = median(rates.get(1) ?? []);
  return counts.slice(1).map((count) => {
    const ours = median(rates.get(count) ?? []);
    return {
      case: `members-${count}`,
      backend,
      ours,
      reference: 'one member process of ours',
      theirs,
      ratio: ours / theirs,
      unit: 'messages/s',
    };
  });
}

/** The members share the partitions and are stopped while the topic is filled, so that they all begin at once. */
async function run({ url, workload }: MemberComparison, count: number, namespace: string): Promise<number> {
  const { messages, batch, partitions } = workload;
  await using streams = await openStreams(url, { namespace });
  const input = topic<Sample>('input', { key: (value) => value.key });
  await streams.admin.ensureTopics(['input', 'output'].map((name) => ({ name, partitions })));
  const order: MemberOrder = { url, namespace, batch };
  await using members = new Members(order, count);
  await members.share(partitions);
  members.signal('SIGSTOP');
  for (const values of samples(messages, batch)) await streams.publish(input, values);
  const started = performance.now();
  members.signal('SIGCONT');
  await members.settle(messages);
  const rate = (messages / (performance.now() - started)) * 1000;
  await members.end();
  await removeAll(url, namespace);
  return rate;
}
