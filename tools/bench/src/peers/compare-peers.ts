import { median, type Row } from '../row.ts';
import type { OpenSide } from '../side.ts';
import type { Workload } from '../workload.ts';
import { installPeers, runPeer } from './run-peer.ts';

/** Automatic pipelining speeds @moleculer/channels up and slows BullMQ down, so the one has it and the other has not. */
const peers = [
  { name: 'BullMQ', program: 'bullmq.ts' },
  { name: '@moleculer/channels', program: 'moleculer-channels.ts' },
];
const concurrencies = [100, 500];
/** They are slower by far. */
const share = 5;

export interface PeerComparison {
  readonly url: string;
  readonly backend: string;
  readonly ours: OpenSide;
  readonly rounds: number;
  readonly workload: Workload;
  readonly progress: (text: string) => void;
}

/** The same job, from one place to another, by what people use for it; each at the concurrency that suits it best. */
export async function comparePeers(comparison: PeerComparison): Promise<Row[]> {
  const { url, backend, rounds, workload, progress } = comparison;
  installPeers(progress);
  const { hostname, port } = new URL(url);
  const ours: number[] = [];
  const theirs = new Map<string, number[]>();
  const messages = Math.ceil(workload.messages / share);
  for (let round = 0; round < rounds; round++) {
    progress(`peers, round ${round + 1} of ${rounds}`);
    ours.push(await moveOurs(comparison.ours, workload));
    for (const { name, program } of peers) {
      for (const concurrency of concurrencies) {
        const order = {
          host: hostname,
          port: Number(port || 6379),
          messages,
          batch: workload.batch,
          concurrency,
          name: `bench-${process.pid}-${round}`,
        };
        const setting = `${name}, ${concurrency} at a time`;
        const rates = theirs.get(setting) ?? [];
        theirs.set(setting, [
          ...rates,
          (await runPeer<{ readonly perSecond: number }>(program, order)).perSecond,
        ]);
      }
    }
  }
  return peers.map(({ name }) => {
    const [reference, rate] = best([...theirs].filter(([setting]) => setting.startsWith(name)));
    const own = median(ours);
    return {
      case: 'move',
      backend,
      ours: own,
      reference,
      theirs: rate,
      ratio: own / rate,
      unit: 'messages/s',
    };
  });
}

async function moveOurs(open: OpenSide, workload: Workload): Promise<number> {
  await using side = await open();
  await side.produce(workload);
  const started = performance.now();
  await side.exactlyOnce(workload);
  return (workload.messages / (performance.now() - started)) * 1000;
}

function best(settings: readonly (readonly [string, readonly number[]])[]): [string, number] {
  const rates = settings.map(([setting, values]): [string, number] => [setting, median(values)]);
  return rates.toSorted(([, a], [, b]) => b - a)[0] ?? ['no peer', Number.NaN];
}
