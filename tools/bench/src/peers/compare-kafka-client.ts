import { median, type Row } from '../row.ts';
import type { OpenSide } from '../side.ts';
import type { Workload } from '../workload.ts';
import { installPeers, runPeer } from './run-peer.ts';

const cases = ['produce', 'consume', 'exactly-once'] as const;
type Figures = Readonly<Record<(typeof cases)[number], number>>;

export interface ClientComparison {
  readonly url: string;
  readonly ours: OpenSide;
  readonly rounds: number;
  readonly workload: Workload;
  readonly progress: (text: string) => void;
}

/** The younger client of Kafka for Node, used by hand, at the work of the other cases. */
export async function compareKafkaClient(comparison: ClientComparison): Promise<Row[]> {
  const { url, rounds, workload, progress } = comparison;
  installPeers(progress);
  const brokers = url.replace(/^kafka:\/\//, '').split(',');
  const ours: Figures[] = [];
  const theirs: Figures[] = [];
  for (let round = 0; round < rounds; round++) {
    progress(`@platformatic/kafka, round ${round + 1} of ${rounds}`);
    ours.push(await measureOurs(comparison));
    const order = { ...workload, brokers, name: `bench-${process.pid}-${round}` };
    theirs.push(await runPeer<Figures>('platformatic-kafka.ts', order));
  }
  return cases.map((name) => {
    const [own, rate] = [median(ours.map((each) => each[name])), median(theirs.map((each) => each[name]))];
    return {
      case: name,
      backend: 'kafka',
      ours: own,
      reference: '@platformatic/kafka',
      theirs: rate,
      ratio: own / rate,
      unit: 'messages/s',
    };
  });
}

async function measureOurs({ ours, workload }: ClientComparison): Promise<Figures> {
  await using side = await ours();
  const rate = async (work: (load: Workload) => Promise<void>): Promise<number> => {
    const started = performance.now();
    await work(workload);
    return (workload.messages / (performance.now() - started)) * 1000;
  };
  return {
    produce: await rate(side.produce),
    consume: await rate(side.consume),
    'exactly-once': await rate(side.exactlyOnce),
  };
}
